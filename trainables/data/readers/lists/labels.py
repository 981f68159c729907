"""The classes of a list: a label in every row as the name of a class, and columns or lists of several labels."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from trainables.data.readers.classes import equal_by
from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import and_more
from trainables.text import counted, printable

_WHOLE = re.compile(r"-?(?:0|[1-9]\d*)")
_WHOLE_WITH_POINT = re.compile(r"(-?(?:0|[1-9]\d*))\.0*")
_LIKE_NOTHING = frozenset(("na", "n/a", "nan", "none", "null", "nil", "?", "unknown"))
_YES = frozenset(("1", "1.0", "true", "yes"))
_NO = frozenset(("0", "0.0", "false", "no"))


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """The labels of a list's rows.

    Attributes:
        names: All names, sorted: numbers by their size, the rest as text; as the list's columns stand, where it has
            one for each.
        of_row: Those of every row; where there is one a row, a tuple of that one.
        notes: What was decided, in sentences.
    """

    names: tuple[str, ...]
    of_row: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def one_label(texts: Sequence[str], where: Sequence[str], problems: Problems) -> Labelled:
    """Return the class of every row, a text as it stands: `NA` and `007` are names like any other.

    Blanks around a label go. Where every label is a whole number with a point, as programs write a column in which
    something was missing, the point goes.

    Args:
        texts: What stands in each row.
        where: Where that is, in words.
        problems: Takes rows without a label, and labels that are the same number.
    """
    labels = [printable(text.strip()) for text in texts]
    notes = []
    if num := sum(label != printable(text) for label, text in zip(labels, texts, strict=True)):
        notes.append(f"the blanks around {counted(num, 'label')} were left out")
    for label, place in zip(labels, where, strict=True):
        if not label:
            problems.add("images without a label (fill it in, or take the line out)", place)
    labels, pointless = _without_points(labels)
    names = sorted(set(labels) - {""}, key=_order)
    for same in equal_by(names, number_of):
        problems.add("classes that are the same number", f"{' and '.join(same)}; write them alike")
    notes += [*pointless, *_naming_notes(names, Counter(labels))]
    return Labelled(names=tuple(names), of_row=tuple((label,) for label in labels), notes=tuple(notes))


def separated_labels(texts: Sequence[str], separator: str) -> list[tuple[str, ...]]:
    """Return the labels of every row, of one column in which a separator parts them; none where nothing stands."""
    return [tuple(part for each in text.split(separator) if (part := each.strip())) for text in texts]


def refuse_flags(column: str, of_row: Sequence[Sequence[str]], problems: Problems) -> None:
    """Refuse rows such as `[0, 1, 0]`, which say of every label whether it is there: nobody has named the labels."""
    is_flag = (value.strip().lower() in _YES | _NO for row in of_row for value in row)
    if len({len(row) for row in of_row}) == 1 and len(of_row[0]) > 1 and all(is_flag):
        what = f"column {column} has {len(of_row[0])} values of 0 and 1 in every row"
        problems.add("label", f"{what}; make a column of each, and name them: label: [NAME, NAME]")


def several_labels(of_row: Sequence[Sequence[str]]) -> Labelled:
    """Return lists of labels, each label once a row."""
    rows = [
        tuple(dict.fromkeys(printable(label.strip()) for label in row if label.strip())) for row in of_row
    ]
    names = sorted({label for row in rows for label in row}, key=_order)
    empty = sum(not row for row in rows)
    notes = [f"{counted(empty, 'image', 'has', 'have')} none of the labels"] if empty else []
    return Labelled(names=tuple(names), of_row=tuple(rows), notes=tuple(notes))


def columns_of_labels(
    columns: dict[str, Sequence[str]], where: Sequence[str], problems: Problems
) -> Labelled:
    """Return the labels of columns of 0 and 1, one for each label.

    Args:
        columns: What stands in each row, by label.
        where: Where each row is, in words.
        problems: Takes values that are neither.
    """
    rows: list[list[str]] = [[] for _ in where]
    for name, texts in columns.items():
        for row, text, place in zip(rows, texts, where, strict=True):
            value = text.strip().lower()
            if value in _YES:
                row.append(printable(name))
            elif value not in _NO:
                problems.add("labels that are neither 0 nor 1", f"{place}: {name} is {text.strip()!r}")
    empty = sum(not row for row in rows)
    notes = [f"{counted(empty, 'image', 'has', 'have')} none of the labels"] if empty else []
    return Labelled(names=tuple(map(printable, columns)), of_row=tuple(map(tuple, rows)), notes=tuple(notes))


def _order(name: str) -> tuple[bool, int, str]:
    return (False, int(name), "") if _WHOLE.fullmatch(name) else (True, 0, name)


def number_of(name: str) -> str:
    """Return a whole number without its point; any other text as it stands."""
    match = _WHOLE_WITH_POINT.fullmatch(name)
    return match[1] if match else name


def _without_points(labels: list[str]) -> tuple[list[str], list[str]]:
    given = [label for label in labels if label]
    if not given or not all(map(_WHOLE_WITH_POINT.fullmatch, given)):
        return labels, []
    return [number_of(label) for label in labels], [
        f"labels such as {given[0]} are taken as {number_of(given[0])}"
    ]


def _naming_notes(names: Sequence[str], counts: Counter[str]) -> list[str]:
    notes = []
    nothing = [f"{name} ({counts[name]})" for name in names if name.lower() in _LIKE_NOTHING]
    if nothing:
        notes.append(f"taken as names of classes: {', '.join(nothing)}; classes leaves one out")
    close = [" and ".join(f"{name} ({counts[name]})" for name in same) for same in equal_by(names, _nearly)]
    if close:
        notes.append(f"classes that are nearly written alike: {and_more(close)}")
    parted = [name for name in names if re.search(r"\S[;|]\S|\S[;,|] \S", name)]
    if parted:
        notes.append(
            f"labels such as {parted[0]!r} are one class each; if they are several, name the separator"
        )
    return notes


def _nearly(name: str) -> str:
    seen = "".join(
        c for c in name.casefold() if unicodedata.category(c) != "Cf"
    )  # such as a space without a width
    return re.sub(r"[\s_-]+", " ", seen).lstrip("0")
