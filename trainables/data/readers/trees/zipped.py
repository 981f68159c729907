"""A zip file as a tree of files."""

from contextlib import suppress
from functools import partial
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from trainables.data.readers.trees.archive import ArchiveTree, folders_of, refuse_outside
from trainables.data.sources.errors import DataError

_UTF_8, _ENCRYPTED = 0x800, 0x1
"""Flags of a member."""


def zip_tree(path: Path, inner: str) -> ArchiveTree:
    """Return the members of a zip file below one of its folders.

    Raises:
        DataError: If it cannot be read, or needs a password.
    """
    try:
        archive = ZipFile(path)
    except (BadZipFile, NotImplementedError) as error:
        raise DataError(
            {"archive": [f"{path} is no zip file that can be read ({error})"]}, str(path)
        ) from error
    infos = archive.infolist()
    refuse_outside([_name(info) for info in infos], path)
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise DataError({"archive": [f"{path} needs a password; unpack it, and give the folder"]}, str(path))
    members = {_name(info): partial(archive.read, info) for info in infos if not info.is_dir()}
    named = {_name(info).rstrip("/") for info in infos if info.is_dir()}
    return ArchiveTree(path, members=members, folders=folders_of(members, named), inner=inner)


def _name(info: ZipInfo) -> str:
    """Return a member's name, in UTF-8 also where the flag that says so is missing, as macOS leaves it out."""
    name = info.filename
    if not info.flag_bits & _UTF_8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name if "/" in name else name.replace("\\", "/")
