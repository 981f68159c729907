"""The rows of a list, and the files that they are about: each file once."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from trainables.data.readers.classes import equal_by
from trainables.data.readers.lists.columns import Columns
from trainables.data.readers.lists.finding import Finder
from trainables.data.readers.lists.labels import (
    Labelled,
    columns_of_labels,
    number_of,
    one_label,
    refuse_flags,
    separated_labels,
    several_labels,
)
from trainables.data.readers.lists.table import Table
from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import TRAIN
from trainables.data.sources.source import DataSource
from trainables.data.sources.split_words import SPLIT_WORDS, recut_split, split_of
from trainables.text import counted


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a list.

    Attributes:
        place: Where it stands, in words.
        written: The path as it is written.
        labels: Its labels; a single one where an image has one class.
        split: The split that it is given in; None where there are none.
        group: Its group; None where the list has none.
    """

    place: str
    written: str
    labels: tuple[str, ...]
    split: str | None
    group: str | None


def labels_of(
    table: Table, columns: Columns, source: DataSource, problems: Problems
) -> tuple[Labelled, bool]:
    """Return the labels of every row, and whether an image may have several.

    Columns of 0 and 1 of which every row has exactly one 1 are classes: an image has one.
    """
    written = table.columns[columns.path]
    where = [f"{place}: {path}" for place, path in zip(table.places, written, strict=True)]
    if isinstance(source.label, tuple):
        labelled = columns_of_labels({name: table.columns[name] for name in columns.labels}, where, problems)
        if problems or any(len(row) != 1 for row in labelled.of_row):
            return labelled, True
        note = "every image has one of the labels: they are taken as classes"
        return replace(labelled, notes=(*labelled.notes, note)), False
    (name,) = columns.labels
    if name in table.lists or source.separator is not None:
        of_row = table.lists.get(name) or separated_labels(table.columns[name], source.separator or "")
        refuse_flags(name, of_row, problems)
        return several_labels(of_row), True
    return one_label(table.columns[name], where, problems), False


def rows_of(
    table: Table, columns: Columns, labelled: Labelled, source: DataSource, problems: Problems
) -> list[Row]:
    """Return the rows; those without a path or a known split are problems."""
    written = [path.strip() for path in table.columns[columns.path]]
    nothing: Sequence[None] = [None] * len(written)
    groups = nothing if columns.group is None else [text.strip() for text in table.columns[columns.group]]
    splits = nothing if columns.split is None else _splits(table, columns.split, problems)
    for place, path, group in zip(table.places, written, groups, strict=True):
        if not path:
            problems.add("rows without a path", place)
        if group == "":
            problems.add(f"images without a group (group: {columns.group})", f"{place}: {path}")
    for same in equal_by(dict.fromkeys(group for group in groups if group is not None), number_of):
        problems.add(f"groups that are the same number (group: {columns.group})", " and ".join(same))
    return [
        Row(place=place, written=path, labels=labels, split=recut_split(split, source.recut), group=group)
        for place, path, labels, split, group in zip(
            table.places, written, labelled.of_row, splits, groups, strict=True
        )
    ]


def _splits(table: Table, column: str, problems: Problems) -> list[str | None]:
    texts = table.columns[column]
    splits = [split_of(text) for text in texts]
    unknown = [text for text, split in zip(texts, splits, strict=True) if split is None and text.strip()]
    for text, num in Counter(unknown).items():
        problems.add(
            f"words in column {column} that are no split ({', '.join(SPLIT_WORDS)})",
            f"{text!r} in {counted(num, 'row')}",
        )
    for text, place in zip(texts, table.places, strict=True):
        if not text.strip():
            problems.add(f"images without a split (column {column})", place)
    if TRAIN not in splits and any(splits):
        found = " and ".join(sorted({split for split in splits if split is not None}))
        problems.add("splits", f"column {column} has {found} but no train")
    return splits


def files_of(
    rows: Sequence[Row], finder: Finder, problems: Problems
) -> tuple[dict[str, Row], tuple[str, ...]]:
    """Return each file that the rows are about with its row, and notes; rows that repeat one another count once.

    Files that are not there, and rows that contradict one another, are problems.
    """
    of_file: dict[str, list[Row]] = defaultdict(list)
    missing: dict[str, str] = {}
    for row in rows:
        if not row.written:
            continue
        found = finder.find(row.written)
        if found is None:
            missing[row.place] = row.written
        else:
            of_file[found].append(row)
    if missing:
        finder.refuse_missing(missing, problems)
    for what, value in _CONTRADICTIONS.items():
        for path, same in of_file.items():
            if len({value(row) for row in same}) > 1:
                told = ", ".join(f"{_shown(value(row))} in {row.place}" for row in same)
                problems.add(f"files with two {what}", f"{path}: {told}")
    repeated = sum(len(same) - 1 for same in of_file.values())
    notes = [f"{counted(repeated, 'row', 'repeats', 'repeat')} another one"] if repeated else []
    return {path: same[0] for path, same in of_file.items()}, (*finder.notes, *notes)


_CONTRADICTIONS: dict[str, Callable[[Row], object]] = {
    "labels": lambda row: tuple(sorted(row.labels)),
    "splits": lambda row: row.split,
    "groups": lambda row: row.group,
}


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)
