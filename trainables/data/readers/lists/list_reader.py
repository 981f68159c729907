"""A list of images with their labels, splits and groups, whatever folders the images lie in."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from trainables.data.readers.classes import chosen_classes, refuse_alike, refuse_missing_classes
from trainables.data.readers.groups import groups_of
from trainables.data.readers.lists.columns import choose_columns
from trainables.data.readers.lists.finding import Finder
from trainables.data.readers.lists.labels import Labelled
from trainables.data.readers.lists.rows import Row, files_of, labels_of, rows_of
from trainables.data.readers.lists.table import read_table
from trainables.data.readers.trees.at import tree_at
from trainables.data.readers.trees.tree import Tree
from trainables.data.sources.errors import DataError, Problems
from trainables.data.sources.pool import SPLITS, LabelSets, Pool, RawImage
from trainables.data.sources.source import DataSource
from trainables.data.sources.split_words import recut_notes
from trainables.data.sources.threads import map_in_threads
from trainables.text import counted, printable


def read_list(source: DataSource, cache: Path) -> Pool:
    """Return the images of a list, sorted by path, with their classes, given splits and groups.

    Raises:
        DataError: If there is no list, nobody can tell its columns, or its labels are no classes.
    """
    assert source.csv is not None
    path = Path(source.csv).expanduser()
    table = read_table(path)
    tree = tree_at(source.root or table.root or str(path.parent), cache=cache, key="root")
    finder, problems = Finder(tree), Problems()
    columns = choose_columns(table, source, is_image=finder.is_file, problems=problems)
    if columns is None:
        raise DataError(problems.by_kind, source.name)
    labelled, several = labels_of(table, columns, source, problems)
    rows = rows_of(table, columns, labelled, source, problems)
    _refuse_no_classes(labelled, several=several, problems=problems)
    problems.raise_if_any(source.name)
    classes = chosen_classes(source, labelled.names, problems)
    kept = [row for row in rows if several or row.labels[0] in classes]
    of_file, notes = files_of(kept, finder, problems)
    of_file = dict(sorted(of_file.items()))
    refuse_alike(labelled.names, list(of_file), problems)
    if not several:
        given = {row.split for row in kept}
        splits: list[str | None] = [split for split in SPLITS if split in given]
        placed = ((row.split, row.labels[0]) for row in kept)
        refuse_missing_classes(placed, classes, splits or [None], problems)
    notes = (*columns.notes, *labelled.notes, *notes, *recut_notes(source.recut))
    labels = [0 if several else classes.index(row.labels[0]) for row in of_file.values()]
    return Pool(
        images=_raw_images(of_file, tree, labels, source=source, problems=problems),
        classes=classes,
        label_sets=_label_sets(of_file, classes) if several else None,
        notes=tuple(map(printable, notes)),
        problems=problems,
    )


_MOST_CLASSES = 0.75
"""Classes an image above which the labels are something else: names, or measured values."""


def _refuse_no_classes(labelled: Labelled, *, several: bool, problems: Problems) -> None:
    names, num_rows = labelled.names, len(labelled.of_row)
    if not any(labelled.of_row):
        problems.add("label", f"none of {counted(num_rows, 'image')} has a label")
    if len(names) == 1:
        problems.add("one class only", f"{names[0]!r}; allowed: two or more")
    if not several and len(names) > max(2, _MOST_CLASSES * num_rows):
        shown = ", ".join(names[:3])
        problems.add(
            "label", f"{len(names)} different ones ({shown}, ...) of {num_rows} images are no classes"
        )


def _label_sets(of_file: Mapping[str, Row], classes: Sequence[str]) -> LabelSets:
    rows = [[name in row.labels for name in classes] for row in of_file.values()]
    return np.array(rows, dtype=np.uint8).reshape(len(of_file), len(classes))


def _raw_images(
    of_file: Mapping[str, Row],
    tree: Tree,
    labels: Sequence[int],
    *,
    source: DataSource,
    problems: Problems,
) -> tuple[RawImage, ...]:
    ids = {path: printable(path) for path in of_file}
    groups = {ids[path]: row.group for path, row in of_file.items()}
    if source.group is not None and not any(groups.values()):
        groups |= groups_of(list(ids.values()), group=source.group, folder=tree.beside, problems=problems)
    contents = map_in_threads(tree.content, list(of_file))
    return tuple(
        RawImage(
            id=ids[path],
            open=partial(tree.open, path),
            content=content,
            label=label,
            split=row.split,
            group=groups[ids[path]],
        )
        for (path, row), label, content in zip(of_file.items(), labels, contents, strict=True)
    )
