"""Tables as CSV that a spreadsheet opens without computing anything."""

import json
from typing import Any

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide ones are meant
"""What a spreadsheet takes a cell for a formula at, the wide forms in some languages (OWASP, CSV injection)."""


def to_csv(table: pd.DataFrame) -> bytes:
    """Return a table in UTF-8. A text that a spreadsheet would compute has a `'` before it; numbers are as they are.

    What has parts, such as a configuration, is JSON.
    """
    cells = table.apply(lambda column: column.map(_cell) if _may_hold_text(column) else column)
    text: str = cells.to_csv(index=False)
    return text.encode()


def _may_hold_text(column: "pd.Series[Any]") -> bool:
    return not pd.api.types.is_numeric_dtype(column.dtype)


def _cell(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value)
    if not isinstance(value, str):
        return value
    text = value.replace(
        "\r", r"\r"
    )  # Python's csv does not quote it, and readers take it for the end of a row
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
