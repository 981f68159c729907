"""The places on the disk that a source names: folders, archives, places in archives, and lists."""

from pathlib import Path
from typing import Literal

LIST_SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".psv", ".parquet", ".pq")
"""Endings that a list of images may have; what it is its first bytes say."""
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_TAR_MARK, _TAR_MARK_START = b"ustar", 257
COMPRESSED_MARKS = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
"""First bytes of what gzip, bzip2 and xz write; here it is a tar file."""


def split_archive(path: Path) -> tuple[Path, str] | None:
    """Return the file that a path leads to or through, and the path within it; None where it leads to no file.

    `images.zip/inner` is `inner` in the file `images.zip`.
    """
    for file in (path, *path.parents):
        if file.is_file():
            inner = path.relative_to(file).as_posix()
            return file, "" if inner == "." else inner
        if file.is_dir():
            return None
    return None


def archive_kind(file: Path) -> Literal["zip", "tar"] | None:
    """Return what kind of archive a file is, by its first bytes; None: none that is read here, or no readable file."""
    try:
        with file.open("rb") as opened:
            start = opened.read(_TAR_MARK_START + len(_TAR_MARK))
    except OSError:
        return None
    if start.startswith(_ZIP_MARKS):
        return "zip"
    return "tar" if start.startswith(COMPRESSED_MARKS) or start.endswith(_TAR_MARK) else None


def is_list(path: Path) -> bool:
    """Say whether there is a file at a path whose ending is that of a list of images."""
    return path.suffix.lower() in LIST_SUFFIXES and path.is_file()


def is_place_of_images(path: Path) -> bool:
    """Say whether there is a folder at a path, or an archive, or a path into one."""
    if path.is_dir():
        return True
    found = split_archive(path)
    return found is not None and archive_kind(found[0]) is not None


def key_of_place(path: Path) -> Literal["folder", "csv"] | None:
    """Return the key of a source that takes what is at a path; None where that is neither images nor a list of them."""
    if is_place_of_images(path):
        return "folder"
    return "csv" if is_list(path) else None
