"""The files that the paths of a list mean, also where they are written otherwise than the disk has them."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from posixpath import basename, normpath, splitext

from trainables.data.readers.listing import IMAGE_SUFFIXES
from trainables.data.readers.trees.tree import Tree
from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import and_more
from trainables.text import counted

_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://|data:image/")


class Finder:
    """Finds the files of a list in a tree.

    A path that is no file as it stands is looked for with slashes for backslashes, in other capitals, in another form
    of Unicode, and without its ending, and taken where that leaves one file; `notes` says so. The tree is walked then,
    once.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._walked: _Index | None = None
        self._otherwise: dict[str, list[str]] = defaultdict(list)

    def is_file(self, written: str) -> bool:
        """Say whether a path is a file as it stands, without a walk."""
        return bool(written) and self._tree.is_file(_slashes(written))

    def find(self, written: str) -> str | None:
        """Return the path of the file that is meant, relative to the tree; None if there is none, or several."""
        if _ADDRESS.match(written):
            return None
        plain = normpath(_slashes(written))
        if self._tree.is_file(plain):
            return self._tree.relative(plain)
        found, how = self._index.find(plain)
        if found is not None:
            self._otherwise[how].append(f"{written} is {found}")
        return found

    @property
    def notes(self) -> tuple[str, ...]:
        """What was taken otherwise than it is written."""
        return tuple(
            f"{counted(len(examples), 'path', 'was', 'were')} taken {how}: {and_more(examples, 2)}"
            for how, examples in self._otherwise.items()
        )

    def refuse_missing(self, missing: Mapping[str, str], problems: Problems) -> None:
        """Name the files that are not there.

        Args:
            missing: Their paths as they are written, by where that is.
            problems: Takes them.
        """
        addresses = [written for written in missing.values() if _ADDRESS.match(written)]
        if addresses:
            num = counted(len(addresses), "path")
            what = f"{num}, such as {addresses[0]}; download the images, and give their paths"
            problems.add("addresses of other machines", what)
        gone = {place: written for place, written in missing.items() if not _ADDRESS.match(written)}
        if gone:
            kind = f"missing files (paths begin at {self._tree.name}{self._index.hint(list(gone.values()))})"
            for place, written in gone.items():
                problems.add(kind, f"{place}: {written}")

    @property
    def _index(self) -> "_Index":
        if self._walked is None:
            self._walked = _Index(self._tree)
        return self._walked


class _Index:
    """All files of a tree, by their paths as nobody tells them apart, with and without their endings."""

    def __init__(self, tree: Tree) -> None:
        files = tree.listed(Problems())[0]
        self._tree_name = tree.name
        self._by_path: dict[str, list[str]] = defaultdict(list)
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for path in files:
            self._by_path[_alike(path)].append(path)
            self._by_name[_alike(basename(path))].append(path)
            stem, suffix = splitext(path)
            if suffix.lower() in IMAGE_SUFFIXES:
                self._by_stem[_alike(stem)].append(path)

    def find(self, path: str) -> tuple[str | None, str]:
        for known, how in (
            (self._by_path, "though written otherwise (capitals, slashes, Unicode)"),
            (self._by_stem, "though written without an ending"),
        ):
            found = known.get(_alike(path), [])
            if len(found) == 1:
                return found[0], how
        return None, ""

    def hint(self, missing: list[str]) -> str:
        """Return where files of the names lie that are missing, if they lie in one place."""
        places: Counter[str] = Counter()
        for written in missing:
            path = normpath(_slashes(written)).lstrip("/")
            named = self._by_name.get(_alike(basename(path)), [])
            if len(named) == 1 and _alike(named[0]).endswith(_alike(path)):
                places[named[0][: len(named[0]) - len(path)].rstrip("/")] += 1
            elif named:
                places[""] += 1
        if not places:
            return ""
        place, num = places.most_common(1)[0]
        if place:
            return f"; with root: {self._tree_name}/{place} {num} would be there"
        return f"; files of {num} of the names lie elsewhere in it: write their paths from there"


def _slashes(written: str) -> str:
    return written.replace("\\", "/")


def _alike(path: str) -> str:
    return unicodedata.normalize("NFC", path.lstrip("/")).casefold()
