"""An archive as a tree of files: its members are read one by one, and nothing is unpacked to the disk."""

from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from PIL import Image

from trainables.data.decoding.first_bytes import NUM_FIRST_BYTES
from trainables.data.decoding.opening import open_bytes
from trainables.data.sources.errors import DataError, Problems
from trainables.data.sources.pool import and_more, digest

Read = Callable[[], bytes]
"""Reads one member; it may raise whatever its library raises where the archive is damaged."""


class ArchiveTree:
    """Members of an archive below one of its folders; `read` may be called by several threads at once."""

    def __init__(
        self, archive: Path, *, members: Mapping[str, Read], folders: set[str], inner: str = ""
    ) -> None:
        self.archive = archive
        self.name = str(archive / inner)
        self.beside = archive.parent
        self._members = members
        self._folders = folders
        self._inside = f"{inner}/" if inner else ""

    def below(self, folder: str) -> "ArchiveTree":
        """Return the tree below one of its folders."""
        return ArchiveTree(
            self.archive, members=self._members, folders=self._folders, inner=self._inside + folder
        )

    def listed(self, problems: Problems) -> tuple[list[str], list[str]]:
        """Return all files and all folders, sorted."""
        return self._below(self._members), self._below(self._folders)

    def _below(self, paths: Mapping[str, Read] | set[str]) -> list[str]:
        start = len(self._inside)
        return sorted(
            path[start:] for path in paths if path.startswith(self._inside) and path != self._inside
        )

    def is_file(self, path: str) -> bool:
        """Say whether there is a member of that path."""
        return self._inside + path in self._members

    def relative(self, path: str) -> str:
        """Return the path: in an archive none is absolute."""
        return path

    def head(self, path: str) -> bytes:
        """Return a member's first bytes; none for one that cannot be read."""
        try:
            return self._read(path)[:NUM_FIRST_BYTES]
        except Exception:  # damaged archives raise nearly anything; decoding will name it
            return b""

    def content(self, path: str) -> str:
        """Return the hash of a member; "" for one that cannot be read."""
        try:
            return digest(self._read(path))
        except Exception:  # see above
            return ""

    def open(self, path: str) -> Image.Image:
        """Open an image."""
        return open_bytes(self._read(path))

    def _read(self, path: str) -> bytes:
        return self._members[self._inside + path]()


def folders_of(paths: Mapping[str, Read], named: set[str]) -> set[str]:
    """Return the folders of an archive: those that it names, and those that its members lie in."""
    return named | {
        str(above) for path in paths for above in PurePosixPath(path).parents if str(above) != "."
    }


def refuse_outside(names: list[str], archive: Path) -> None:
    """Refuse an archive with members that would lie outside of it.

    Raises:
        DataError: Naming some.
    """
    outside = [name for name in names if name.startswith("/") or ".." in PurePosixPath(name).parts]
    if outside:
        what = (
            f"{archive} has members that lead out of it ({and_more(outside)}): it is broken, or made to harm"
        )
        raise DataError({"archive": [what]}, str(archive))
