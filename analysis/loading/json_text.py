"""Nested values of a record, which its table holds as JSON text."""

import json
from typing import Any


def from_json(text: object) -> Any:
    """Return what the text holds; None where nothing was recorded, which a table may hold as None or NaN."""
    return json.loads(text) if isinstance(text, str) else None
