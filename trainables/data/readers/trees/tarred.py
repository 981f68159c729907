"""A tar file, compressed or not, as a tree of files."""

import bz2
import gzip
import lzma
import os
import shutil
import tarfile
import tempfile
import weakref
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import IO, Any

from trainables.data.readers.trees.archive import ArchiveTree, Read, folders_of, refuse_outside
from trainables.data.sources.errors import DataError, UnreadableError
from trainables.data.sources.places import COMPRESSED_MARKS
from trainables.data.sources.pool import and_more

_OPENED: dict[bytes, Callable[..., Any]] = dict(
    zip(COMPRESSED_MARKS, (gzip.open, bz2.open, lzma.open), strict=True)
)
_MOST_LINKS = 40
"""Links that are followed one after the other, as Linux does: more lead in a circle."""


def tar_tree(path: Path, inner: str, *, cache: Path) -> ArchiveTree:
    """Return the members of a tar file below one of its folders.

    A compressed one is first decompressed as a whole into a file of the cache that goes with the tree: members are
    read where they lie, and in a compressed file that would mean from the start for each.

    Raises:
        DataError: If it cannot be read.
    """
    try:
        stored = _plain(path, cache)
        with tarfile.open(fileobj=stored.file, mode="r:") as archive:
            infos = archive.getmembers()
            stored.read(
                archive.offset, tarfile.BLOCKSIZE
            )  # the mark of its end: without it images may be missing
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, ValueError) as error:
        raise DataError(
            {"archive": [f"{path} is no tar file that can be read ({error})"]}, str(path)
        ) from error
    by_name = {normpath(info.name): info for info in infos if info.name not in (".", "./")}
    refuse_outside(list(by_name), path)
    targets = {name: _target(info, by_name) for name, info in by_name.items()}
    links = [name for name, info in by_name.items() if info.issym() and _is_folder(targets[name])]
    if links:
        what = f"{path} has links to folders in it ({and_more(links)}); unpack it, and give the folder"
        raise DataError({"archive": [what]}, str(path))
    files = {name: _reading(info, stored) for name, info in targets.items() if info is None or info.isreg()}
    named = {name for name, info in by_name.items() if info.isdir()}
    return ArchiveTree(path, members=files, folders=folders_of(files, named), inner=inner)


def _target(info: tarfile.TarInfo, by_name: Mapping[str, tarfile.TarInfo]) -> tarfile.TarInfo | None:
    """Return the member that a link leads to, or the member itself; None: the link leads to none."""
    found: tarfile.TarInfo | None = info
    for _ in range(_MOST_LINKS):
        if found is None or not (found.issym() or found.islnk()):
            return found
        # What a symbolic link says begins at its folder, what another one says at the top of the archive.
        start = dirname(found.name) if found.issym() else ""
        found = by_name.get(normpath(join(start, found.linkname)))
    return None


def _is_folder(info: tarfile.TarInfo | None) -> bool:
    return info is not None and info.isdir()


def _reading(info: tarfile.TarInfo | None, stored: "_Bytes") -> Read:
    """Return what reads a member; of one that cannot be read, what says why."""
    if info is None:
        return partial(_refuse, "is a link to what is not in the archive")
    if info.issparse():
        return partial(_refuse, "is stored with its zeros left out (tar --sparse)")
    return partial(stored.read, info.offset_data, info.size)


def _refuse(why: str) -> bytes:
    raise UnreadableError(why)


def _plain(path: Path, cache: Path) -> "_Bytes":
    with path.open("rb") as file:
        start = file.read(8)
    for mark, opened in _OPENED.items():
        if start.startswith(mark):
            cache.mkdir(parents=True, exist_ok=True)
            plain = _Bytes(tempfile.TemporaryFile(dir=cache))  # noqa: SIM115 - it is closed with what reads it
            with opened(path, "rb") as compressed:
                shutil.copyfileobj(compressed, plain.file, 1 << 20)
            plain.file.seek(0)
            return plain
    return _Bytes(path.open("rb"))


class _Bytes:
    """A file that several threads read at once, closed with what reads it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        weakref.finalize(self, file.close)

    def read(self, start: int, size: int) -> bytes:
        """Return `size` bytes from `start` on."""
        content = os.pread(self.file.fileno(), size, start)
        if len(content) < size:
            raise EOFError("the archive is cut off")
        return content
