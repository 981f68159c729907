"""A look at a list before a study file is written: its columns, some of its images, classes that a split lacks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from trainables.data.readers.lists.columns import Columns, choose_columns
from trainables.data.readers.lists.finding import Finder
from trainables.data.readers.lists.table import Table, read_table
from trainables.data.readers.trees.disk import DiskTree
from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import VAL
from trainables.data.sources.source import DataSource
from trainables.data.sources.split_words import split_of


@dataclass(frozen=True, kw_only=True)
class ListLook:
    """What a look at a list shows.

    Attributes:
        names: Its columns.
        columns: Those that are found by their names; None where nobody can tell.
        undecided: What nobody can tell, in sentences.
        num_rows: How many images it lists.
        without_val: Classes without validation images, where others have some.
        images: Opens some of the images that are found as they are written.
    """

    names: tuple[str, ...]
    columns: Columns | None
    undecided: tuple[str, ...]
    num_rows: int
    without_val: tuple[str, ...]
    images: tuple[Callable[[], Image.Image], ...]


def look_at_list(path: Path, *, num_images: int) -> ListLook:
    """Look at a list, without a look at all of its images.

    Args:
        path: The list.
        num_images: Images to open at most, spread over the list.

    Raises:
        DataError: If it can't be read.
    """
    table = read_table(path)
    tree, problems = DiskTree(path.parent), Problems()
    finder = Finder(tree)
    columns = choose_columns(table, DataSource(csv=str(path)), is_image=finder.is_file, problems=problems)
    written = [] if columns is None else [text.strip() for text in table.columns[columns.path]]
    sample = written[:: max(1, len(written) // num_images)]
    return ListLook(
        names=(*table.columns, *table.lists),
        columns=columns,
        undecided=tuple(what for whats in problems.by_kind.values() for what in whats),
        num_rows=len(table.places),
        without_val=() if columns is None else _without_val(table, columns),
        images=tuple(partial(tree.open, each.replace("\\", "/")) for each in sample if finder.is_file(each)),
    )


def _without_val(table: Table, columns: Columns) -> tuple[str, ...]:
    (label,) = columns.labels
    if columns.split is None or label not in table.columns:
        return ()
    of_split: dict[str | None, set[str]] = {}
    for text, name in zip(table.columns[columns.split], table.columns[label], strict=True):
        of_split.setdefault(split_of(text), set()).add(name.strip())
    if VAL not in of_split:
        return ()
    return tuple(sorted(set().union(*of_split.values()) - of_split[VAL]))
