"""A table of answers as a file or on standard output: whole or not at all."""

import os
from pathlib import Path

import pandas as pd

from analysis.tables.csv_tables import to_csv
from study.errors import StudyError
from trainables.text import printable

SUFFIXES = (".csv", ".json", ".parquet")


def check_place(out: Path, *, force: bool) -> None:
    """Refuse a file that could not be written, before anything is computed.

    Raises:
        StudyError: If its ending is none of `SUFFIXES`, its folder is not there, or it is there and is to stay.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise StudyError(
            f"{out}: its ending says in which form it is written; {', '.join(SUFFIXES)} are allowed"
        )
    if not out.parent.is_dir():
        raise StudyError(f"{out}: there is no folder {out.parent}")
    if out.exists() and not force:
        raise StudyError(f"{out} is there already; name another file, or replace it with --force")


def write_table(table: pd.DataFrame, out: Path) -> None:
    """Write the table in the form that the file's ending names; an older file is replaced."""
    unfinished = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        if out.suffix.lower() == ".parquet":
            table.to_parquet(unfinished, index=False)
        else:
            unfinished.write_bytes(to_csv(table) if out.suffix.lower() == ".csv" else as_json(table))
        unfinished.replace(out)
    except OSError as error:
        raise StudyError(f"{out} cannot be written: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def as_json(table: pd.DataFrame) -> bytes:
    """Return the table as a list of objects in UTF-8; what is not known is null."""
    text: str = table.to_json(orient="records", indent=1, force_ascii=False, double_precision=15)
    return f"{text}\n".encode()


def table_of(
    paths: tuple[Path, ...], rows: list[tuple[object, ...]], columns: tuple[str, ...]
) -> pd.DataFrame:
    """Return answers with the files' paths before them; probabilities are numbers, NaN where there are none."""
    table = pd.DataFrame(rows, columns=list(columns))
    numbers = [name for name in columns if name not in ("class", "error")]
    table[numbers] = table[numbers].astype("float64")
    table.insert(0, "path", [printable(str(path)) for path in paths])
    return table
