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
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

from trainables.data.readers.trees.archive import ArchiveTree, folders_of, refuse_outside
from trainables.data.sources.errors import DataError
from trainables.data.sources.places import COMPRESSED_MARKS

_OPENED: dict[bytes, Callable[..., Any]] = dict(
    zip(COMPRESSED_MARKS, (gzip.open, bz2.open, lzma.open), strict=True)
)


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
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, ValueError) as error:
        raise DataError(
            {"archive": [f"{path} is no tar file that can be read ({error})"]}, str(path)
        ) from error
    infos = [info for info in infos if info.name not in (".", "./")]
    names = [info.name.removeprefix("./") for info in infos]
    refuse_outside(names, path)
    # Links, devices and sparse files are no images.
    files = {
        name: partial(stored.read, info.offset_data, info.size)
        for name, info in zip(names, infos, strict=True)
        if info.isreg() and not info.issparse()
    }
    named = {name.rstrip("/") for name, info in zip(names, infos, strict=True) if info.isdir()}
    return ArchiveTree(path, members=files, folders=folders_of(files, named), inner=inner)


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
            raise EOFError("the archive ends within this file")
        return content
