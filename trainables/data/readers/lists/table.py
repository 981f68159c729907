"""A list as a table of texts: CSV and its kin with whatever delimiter, and Parquet."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainables.data.sources.errors import DataError

ROOT_KEY = b"lrstudy root"
"""Key of a Parquet file's metadata: the folder that its paths begin at, where `root` does not say it."""

_DELIMITERS = (",", ";", "\t", "|")
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_PARQUET_MARK = b"PAR1"
_SHEETS = (".xlsx", ".xls", ".ods", ".numbers")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A list of images.

    Attributes:
        columns: The text in every row of each column that has texts, numbers or truth values; "" where nothing stands.
        lists: The texts in every row of each column that has a list in a row.
        others: What is in a column that has neither, such as images, in words.
        places: Where each row stands, in words.
        root: The folder that the list says its paths begin at, if it says so.
    """

    columns: Mapping[str, Sequence[str]]
    lists: Mapping[str, Sequence[tuple[str, ...]]]
    others: Mapping[str, str]
    places: Sequence[str]
    root: str | None = None


def read_table(path: Path) -> Table:
    """Read a list.

    Raises:
        DataError: In one sentence, if there is no file, or it can't be read as a table with named columns.
    """
    if not path.is_file():
        raise _wrong(path, "is a folder; the list in it" if path.is_dir() else "does not exist")
    if path.suffix.lower() in _SHEETS:
        raise _wrong(path, "is a spreadsheet; save it as CSV in UTF-8")
    try:
        with path.open("rb") as file:
            is_parquet = file.read(len(_PARQUET_MARK)) == _PARQUET_MARK
        return _read_parquet(path) if is_parquet else _read_text(path, path.read_bytes())
    except OSError as error:
        raise _wrong(path, f"can't be read ({error.strerror or error})") from error


def _wrong(path: Path, what: str) -> DataError:
    return DataError({"list": [f"{path} {what}"]}, str(path))


def _read_text(path: Path, content: bytes) -> Table:
    text = _decoded(path, content)
    lines = text.splitlines()
    if lines and lines[0].lower().startswith("sep="):  # what Excel writes for itself
        text, delimiter, skipped = text.partition("\n")[2], lines[0][4:5] or ",", 1
    else:
        delimiter, skipped = _delimiter(lines), 0
    # A blank before a quote belongs to neither: else the quotes would become a part of the label.
    lines_of = io.StringIO(text, newline="")
    reader = csv.reader(lines_of, delimiter=delimiter, skipinitialspace=True, strict=True)
    rows, places = [], []
    try:
        for row in reader:
            if any(field.strip() for field in row):
                rows.append(row)
                places.append(f"line {reader.line_num + skipped}")
    except csv.Error as error:
        raise _wrong(path, f"can't be read in line {reader.line_num + skipped}: {error}") from error
    if not rows:
        raise _wrong(path, "is empty")
    names = [name.strip() for name in rows[0]]
    too_long = [
        place
        for row, place in zip(rows[1:], places[1:], strict=True)
        if any(field.strip() for field in row[len(names) :])
    ]
    if too_long:
        kind = "lines with more fields than columns (a field with the delimiter in it stands in quotes)"
        raise DataError({kind: too_long}, str(path))
    return _of_rows(path, names, [row + [""] * (len(names) - len(row)) for row in rows[1:]], places[1:])


def _of_rows(path: Path, names: Sequence[str], rows: Sequence[Sequence[str]], places: Sequence[str]) -> Table:
    _refuse_twice(path, names)
    if not rows:
        raise _wrong(path, f"has a line of names ({', '.join(names)}) and no images")
    columns = {name: [row[at] for row in rows] for at, name in enumerate(names) if name}
    return Table(columns=columns, lists={}, others={}, places=places)


def _refuse_twice(path: Path, names: Sequence[str]) -> None:
    twice = sorted({name for name in names if name and list(names).count(name) > 1})
    if twice:
        raise _wrong(path, f"has columns of the same name: {', '.join(twice)}")


def _decoded(path: Path, content: bytes) -> str:
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _wrong(path, f"is no text in UTF-8 (line {line}); save it as UTF-8") from error
    if "\0" in text:
        raise _wrong(path, "is no text; a list is a file of text with a delimiter, or Parquet")
    return text


def _delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter that parts the first line into most fields; of equal ones that which all lines have."""
    first = lines[:20]

    def fields(delimiter: str) -> tuple[int, int]:
        rows = csv.reader(first, delimiter=delimiter, skipinitialspace=True)
        counts = [len(row) for row in rows if row]
        return (counts[0] if counts else 0), sum(count == counts[0] for count in counts)

    return max(_DELIMITERS, key=fields)


def _read_parquet(path: Path) -> Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
        _refuse_twice(path, schema.names)
        kinds = {
            name: _kind(schema.field(name).type) for name in schema.names if name not in _unnamed(schema)
        }
        table = pq.read_table(
            path, columns=[name for name, kind in kinds.items() if kind in ("text", "list")]
        )
    except pa.ArrowException as error:
        raise _wrong(path, f"can't be read as Parquet ({str(error).splitlines()[0]})") from error
    if not len(table):
        raise _wrong(path, "has no rows")
    metadata = schema.metadata or {}
    root = metadata.get(ROOT_KEY)
    return Table(
        columns={n: list(map(text_of, table[n].to_pylist())) for n, kind in kinds.items() if kind == "text"},
        lists={n: list(map(_texts, table[n].to_pylist())) for n, kind in kinds.items() if kind == "list"},
        others={n: kind for n, kind in kinds.items() if kind not in ("text", "list")},
        places=[f"row {number}" for number in range(1, len(table) + 1)],
        root=None if root is None else root.decode(),
    )


def _unnamed(schema: Any) -> set[str]:
    """Return the columns that nobody named: pandas stores a plain index as one of these."""
    return {name for name in schema.names if not name or name.startswith("__index_level_")}


def _kind(arrow_type: Any) -> str:
    import pyarrow.types as kinds

    if kinds.is_dictionary(arrow_type):
        return _kind(arrow_type.value_type)
    if kinds.is_list(arrow_type) or kinds.is_large_list(arrow_type):
        return "list" if _kind(arrow_type.value_type) == "text" else str(arrow_type)
    plain = (
        kinds.is_string,
        kinds.is_large_string,
        kinds.is_string_view,
        kinds.is_integer,
        kinds.is_floating,
    )
    more = (kinds.is_boolean, kinds.is_null, kinds.is_decimal)
    return "text" if any(is_kind(arrow_type) for is_kind in plain + more) else str(arrow_type)


def text_of(value: object) -> str:
    """Return a value as a list would have it: whole numbers without a point, nothing where it is missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _texts(values: Sequence[object] | None) -> tuple[str, ...]:
    return tuple(text_of(value) for value in values or ())
