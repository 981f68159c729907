"""Short forms of names, for tables that show ten characters of them."""

import hashlib

WIDTH = 10


def short(name: str) -> str:
    """Return a name as it is, or its beginning with four characters of its hash: different names stay different."""
    if len(name) <= WIDTH:
        return name
    return f"{name[: WIDTH - 5]}~{hashlib.sha256(name.encode()).hexdigest()[:4]}"
