"""The study file: reading it, its sections and their ranges, presets and overrides, the commented template."""
