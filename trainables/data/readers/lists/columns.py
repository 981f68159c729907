"""The columns of a list: named by the user, or found by their names where that is unambiguous."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from trainables.data.readers.listing import IMAGE_SUFFIXES
from trainables.data.readers.lists.table import Table
from trainables.data.sources.errors import Problems
from trainables.data.sources.source import CSV_GROUP, DataSource, is_pattern_or_file
from trainables.data.sources.split_words import split_of

_PATH_NAMES = frozenset(
    (
        "path",
        "file",
        "filename",
        "image",
        "imagepath",
        "filepath",
        "imagefile",
        "imagename",
        "imageid",
        "img",
        "imgpath",
    )
)
_LABEL_NAMES = frozenset(("label", "class", "target", "category", "classname", "labelname"))
_SPLIT_NAMES = frozenset(("split", "set", "fold", "subset", "partition"))
_GROUP_NAMES = frozenset(
    ("patient", "patientid", "subject", "subjectid", "lesionid", "group", "groupid", "session")
)
"""Names without their capitals and whatever is no letter or digit."""

_TRIED = 20
"""Rows that show whether a column's values are files."""

KIND = "columns"
"""Kind of the problems with columns."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What is read from which column.

    Attributes:
        path: Of the images' paths.
        labels: Of the classes; several where there is one of 0 and 1 for each label.
        split: Of the splits; None where there are none.
        group: Of the groups; None where there are none, or they are found otherwise.
        notes: What was found by its name.
    """

    path: str
    labels: tuple[str, ...]
    split: str | None
    group: str | None
    notes: tuple[str, ...]


def choose_columns(
    table: Table, source: DataSource, *, is_image: Callable[[str], bool], problems: Problems
) -> Columns | None:
    """Return the columns that are read; None, and problems, where one is missing or nobody could tell which it is.

    Args:
        table: The list.
        source: The columns that the user named.
        is_image: Whether a value is the path of a file.
        problems: Takes what is wrong with names.
    """
    if _has_no_names(table, is_image):
        what = f"the first line has to name the columns; here it is {', '.join(table.columns)}"
        problems.add(KIND, what)
        return None
    given = _Given(table, problems)
    path = given.of_texts("path", source.path) or _found_path(given, is_image)
    split = given.of_texts("split", source.split) or (None if source.split else _found_split(given))
    label = source.label
    if isinstance(label, tuple):
        labels = tuple(name for each in label if (name := given.of_texts("label", each)))
    else:
        one = given.named("label", label) or (None if label else _found_label(given, {path, split}))
        labels = () if one is None else (one,)
    group = _group(given, source)
    if problems:
        return None
    assert path is not None, "there is a problem where it is not"
    return Columns(
        path=path,
        labels=labels,
        split=split,
        group=group,
        notes=(*given.notes(), *_group_note(table, source)),
    )


class _Given:
    """The columns of a list that have been looked for, and what was found by its name."""

    def __init__(self, table: Table, problems: Problems) -> None:
        self.table = table
        self.problems = problems
        self.names = (*table.columns, *table.lists)
        self._guessed: dict[str, str] = {}
        self._remarks: list[str] = []

    def named(self, key: str, name: str | None) -> str | None:
        """Return the column that the user named; None, and a problem, if there is none of that name."""
        if name is None or name in self.names:
            return name
        if name in self.table.others:
            self.problems.add(KIND, f"{key}: {name!r} holds {self.table.others[name]}, no text")
            return None
        by_fold = {each.casefold(): each for each in self.names}
        close = get_close_matches(name.casefold(), by_fold, n=1)
        hint = f" (did you mean {by_fold[close[0]]}?)" if close else ""
        self.problems.add(
            KIND, f"{key}: there is no column {name!r}{hint}; there are {', '.join(self.names)}"
        )
        return None

    def of_texts(self, key: str, name: str | None) -> str | None:
        """Return the column that the user named; None, and a problem, also if it has a list in a row."""
        if name in self.table.lists:
            self.problems.add(KIND, f"{key}: {name!r} has a list in a row; a column of single values")
            return None
        return self.named(key, name)

    def alike(self, known: frozenset[str]) -> list[str]:
        """Return the columns whose names are among those known, but for capitals, spaces and the like."""
        return [name for name in self.names if _plain(name) in known]

    def guess(self, key: str, name: str) -> str:
        """Take a column and remember that nobody named it."""
        self._guessed[key] = name
        return name

    def undecided(self, key: str, candidates: Sequence[str]) -> None:
        """Say that several columns could be meant, or none."""
        if candidates:
            what = f"{key}: could be {' or '.join(candidates)}; name one: {key}: {candidates[0]}"
        else:
            what = f"{key}: none of {', '.join(self.names)} is clearly it; name one: {key}: COLUMN"
        self.problems.add(KIND, what)

    def remark(self, text: str) -> None:
        """Remember a sentence for the user."""
        self._remarks.append(text)

    def notes(self) -> tuple[str, ...]:
        """Return what was found by its name, in a sentence, and remarks."""
        found = ", ".join(f"{key}: {name}" for key, name in self._guessed.items())
        return (*([f"columns found by their names: {found}"] if found else []), *self._remarks)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _has_no_names(table: Table, is_image: Callable[[str], bool]) -> bool:
    return any(name.lower().endswith(tuple(IMAGE_SUFFIXES)) or is_image(name) for name in table.columns)


def _found_path(given: _Given, is_image: Callable[[str], bool]) -> str | None:
    """Find the column of paths by its name, or, where that does not tell, as the one whose values are files."""
    if any(problem.startswith("path: ") for problem in given.problems.by_kind.get(KIND, ())):
        return None
    candidates = [name for name in given.alike(_PATH_NAMES) if name in given.table.columns]
    if len(candidates) != 1:
        among = [name for name in candidates or given.names if name in given.table.columns]
        of_files = [name for name in among if any(map(is_image, given.table.columns[name][:_TRIED]))]
        candidates = of_files or candidates
    if len(candidates) == 1:
        return given.guess("path", candidates[0])
    images = [name for name, what in given.table.others.items() if "bytes" in what or "binary" in what]
    if images and not candidates:
        given.problems.add(KIND, f"path: {images[0]} holds the images themselves; hf reads such files")
    else:
        given.undecided("path", candidates)
    return None


def _found_split(given: _Given) -> str | None:
    """Find the column of splits by its name; one whose values are no words for splits is none."""
    candidates = [name for name in given.alike(_SPLIT_NAMES) if name in given.table.columns]
    of_words = [name for name in candidates if any(map(split_of, set(given.table.columns[name])))]
    for name in candidates:
        if name not in of_words:
            shown = ", ".join(sorted(set(given.table.columns[name]))[:5])
            given.remark(f"column {name} has no words for splits ({shown}, ...): splits are cut")
    if len(of_words) > 1:
        given.undecided("split", of_words)
    return given.guess("split", of_words[0]) if len(of_words) == 1 else None


def _found_label(given: _Given, taken: set[str | None]) -> str | None:
    """Find the column of classes by its name, or as the only one that is left, beside one of patients or the like."""
    candidates = [name for name in given.alike(_LABEL_NAMES) if name not in taken]
    if not candidates:
        left = [name for name in given.names if name not in taken]
        classes = [name for name in left if _plain(name) not in _GROUP_NAMES]
        candidates = next((names for names in (left, classes) if len(names) == 1), [])
    if len(candidates) == 1:
        return given.guess("label", candidates[0])
    given.undecided("label", candidates)
    return None


def _group(given: _Given, source: DataSource) -> str | None:
    """Return the column that `group` names; None where it is a pattern, or names another file."""
    if source.group is None or source.group in given.table.columns:
        return source.group
    if CSV_GROUP.fullmatch(source.group) or is_pattern_or_file(source.group):
        return None
    return given.of_texts("group", source.group)


def column_of_groups(names: Iterable[str]) -> str | None:
    """Return the first column that is called as one of patients or the like is; None where none is."""
    return next((name for name in names if _plain(name) in _GROUP_NAMES), None)


def _group_note(table: Table, source: DataSource) -> list[str]:
    found = column_of_groups(table.columns)
    if source.group is not None or found is None:
        return []
    return [f"there is a column {found}: with group: {found} its images stay in one split"]
