"""The layout of a tree of images: one folder a class, splits above the classes, or splits in them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from trainables.data.readers.listing import Listing, subfolders_of
from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import TRAIN, and_more
from trainables.data.sources.source import Recut
from trainables.data.sources.split_words import recut_split, split_of, splits_of
from trainables.text import printable


@dataclass(frozen=True, kw_only=True)
class Place:
    """What an image's place says: its split, its class as it is printed, and the folders that say so."""

    split: str | None
    class_name: str
    folder: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The folders that are splits.

    Attributes:
        splits: The split of each folder that is one; empty where the subfolders are classes.
        class_first: Whether these lie in the classes' folders, and not above them.
    """

    splits: Mapping[str, str]
    class_first: bool

    def place(self, path: str) -> Place | None:
        """Return what the place of a file says; None for one that lies in no class's folder, or beside the splits."""
        parts = PurePosixPath(path).parts
        depth = 2 if self.splits else 1
        if len(parts) <= depth:
            return None
        if not self.splits:
            return Place(split=None, class_name=printable(parts[0]), folder=parts[:1])
        split, name = (parts[1], parts[0]) if self.class_first else (parts[0], parts[1])
        if split not in self.splits:
            return None
        return Place(split=self.splits[split], class_name=printable(name), folder=parts[:2])

    def is_beside(self, path: str) -> bool:
        """Say whether a file lies in a folder beside those of the splits."""
        return bool(self.splits) and not self.class_first and PurePosixPath(path).parts[0] not in self.splits

    def class_folders(self, listing: Listing) -> list[str]:
        """Return the names of all folders that are classes."""
        parents = [] if self.class_first else list(self.splits)
        return sorted({name for parent in parents or [""] for name in subfolders_of(listing, parent)})

    def given_splits(self, recut: Recut | None) -> list[str | None]:
        """Return the splits that images count as given in; None alone where there are none."""
        return list(dict.fromkeys(recut_split(split, recut) for split in self.splits.values())) or [None]


def layout_of(listing: Listing, problems: Problems) -> Layout:
    """Return the layout of a tree.

    A lone `train` beside other names is taken for a class (of vehicles, say). Splits lie in the classes where each
    class has a `train` in it, and nothing but splits, or another split.
    """
    above = _splits_above(listing, problems)
    if above or problems:
        return Layout(splits=above, class_first=False)
    inside = _splits_inside(listing, problems)
    return Layout(splits=inside, class_first=bool(inside))


def without_classes(listing: Listing) -> dict[str, int]:
    """Return the folders of splits that hold images right in them and no folder, and how many: they have no labels."""
    right_in = Counter(path.split("/")[0] for path in listing.images if path.count("/") == 1)
    names = (name for name in subfolders_of(listing) if split_of(name) not in (None, TRAIN))
    return {name: right_in[name] for name in names if right_in[name] and not subfolders_of(listing, name)}


def _splits_above(listing: Listing, problems: Problems) -> dict[str, str]:
    names = subfolders_of(listing)
    words = _words_among(names, "", problems)
    if TRAIN in words.values() and (len(words) == len(names) or len(words) > 1):
        unlabelled = without_classes(listing)
        for name in words:
            inner = subfolders_of(listing, name)
            if len(inner) == 1 and (inner[0] == name or split_of(inner[0])):
                what = f"{name} holds nothing but {inner[0]}, which is no class; move what is in it one folder up"
                problems.add("splits", what)
        return {name: split for name, split in words.items() if name not in unlabelled}
    if words and len(words) == len(names):
        problems.add("splits", f"there is {' and '.join(words)} but no train")
        return words
    for name in words:
        if twice := sorted(set(subfolders_of(listing, name)).intersection(names)):
            what = f"{name} has folders of classes in it that lie beside it, too ({and_more(twice)})"
            problems.add("splits", f"{what}; put the others into a folder train")
    return {}


def _words_among(names: Sequence[str], inside: str, problems: Problems) -> dict[str, str]:
    """Return the names that are words for splits, and what they mean; two for the same split are a problem."""
    words = splits_of(names)
    for split, count in Counter(words.values()).items():
        if count > 1:
            same = [inside + name for name, meant in words.items() if meant == split]
            problems.add("splits", f"{' and '.join(same)} are both the {split} split")
    return words


def _splits_inside(listing: Listing, problems: Problems) -> dict[str, str]:
    with_images = {path.split("/")[0] for path in listing.images if "/" in path}
    parted: dict[str, dict[str, str]] = {}
    for name in subfolders_of(listing):
        inner = subfolders_of(listing, name)
        words = _words_among(inner, f"{name}/", Problems())
        if TRAIN in words.values() and (len(words) == len(inner) or len(words) > 1):
            parted[name] = words
    whole = sorted(with_images - parted.keys())
    if len(with_images) == 1 or not parted or (whole and all(len(words) == 1 for words in parted.values())):
        return {}
    if whole:
        some = f"{and_more(sorted(parted))} have folders of splits in them, and {and_more(whole)} have not"
        problems.add("splits", f"{some}; allowed: all of them, or none")
    for name, words in parted.items():
        _words_among(list(words), f"{name}/", problems)
    return {word: split for words in parted.values() for word, split in words.items()}
