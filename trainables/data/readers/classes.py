"""The classes of a listing: those that are chosen, alike, or without images in a split."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import TRAIN, VAL
from trainables.data.sources.source import DataSource
from trainables.text import printable

MISSING = "class without images"
"""How the kinds of problem begin that are about a class without images."""


def refuse_alike(names: Sequence[str], paths: Sequence[str], problems: Problems) -> None:
    """Name the classes that nobody could tell apart: `é` in one character or in two; and names equal once printed."""
    for same in equal_by(names, lambda name: unicodedata.normalize("NFC", printable(name))):
        problems.add(
            "classes of the same name", f"{' and '.join(map(ascii, same))} look the same; rename one"
        )
    for same in equal_by(paths, printable):
        problems.add("files of the same name", f"{' and '.join(map(ascii, same))} look the same; rename one")


def equal_by(names: Iterable[str], key: Callable[[str], str]) -> Iterator[list[str]]:
    """Yield the names of which a function makes the same."""
    alike: dict[str, list[str]] = defaultdict(list)
    for name in names:
        alike[key(name)].append(name)
    yield from (same for same in alike.values() if len(same) > 1)


def chosen_classes(source: DataSource, names: Sequence[str], problems: Problems) -> tuple[str, ...]:
    """Return the classes that are kept, of those that there are, in the order asked for."""
    if source.classes is None:
        return tuple(names)
    chosen = tuple(str(name) for name in source.classes)
    for name in chosen:
        if name not in names:
            problems.add("unknown class", f"{name!r}; there are {', '.join(names)}")
    return tuple(name for name in chosen if name in names)


def refuse_missing_classes(
    placed: Iterable[tuple[str | None, str]],
    classes: Sequence[str],
    splits: Iterable[str | None],
    problems: Problems,
) -> None:
    """Name the classes that lack images in a split, and what cuts that split anew.

    Args:
        placed: Split and class of every image.
        classes: The classes that are kept.
        splits: The splits that are given; None where there are none.
        problems: Takes the classes.
    """
    counts = Counter(placed)
    for split in splits:
        for name in classes:
            if not counts[split, name]:
                problems.add(f"{MISSING}{_remedy(split)}", f"{name!r}" + (f" in {split}" if split else ""))


def _remedy(split: str | None) -> str:
    if split is None:
        return ""
    if split == TRAIN:
        return " to train with (classes leaves it out, or recut: all cuts all splits anew)"
    if split == VAL:
        return " to validate with (recut: val cuts a validation split anew out of train and val)"
    return " to test with (recut: all cuts all splits anew)"
