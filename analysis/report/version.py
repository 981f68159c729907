"""Version of the JSON of `lrstudy report`, `status` and `plan`, docs/json.md."""

VERSION = 1
"""Keys are added within a version; none goes, and none changes its meaning."""
