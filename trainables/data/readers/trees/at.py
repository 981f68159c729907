"""The tree of files at a path: a folder, or an archive, or a folder in one."""

from pathlib import Path

from trainables.data.readers.trees.disk import DiskTree
from trainables.data.readers.trees.tarred import tar_tree
from trainables.data.readers.trees.tree import Tree
from trainables.data.readers.trees.zipped import zip_tree
from trainables.data.sources.errors import DataError, Problems
from trainables.data.sources.places import archive_kind, split_archive

_OTHER_ARCHIVES = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z"}


def tree_at(path: str, *, cache: Path, key: str) -> Tree:
    """Return the tree at a path, which may begin with `~`, and may lead through a zip or tar file.

    Args:
        path: A folder, an archive, or a folder in one: `images.zip/inner`.
        cache: Cache folder; takes what a compressed tar file holds.
        key: The setting that named the path.

    Raises:
        DataError: If there is no such place, or the archive cannot be read.
    """
    place = Path(path).expanduser()
    if place.is_dir():
        return DiskTree(place)
    found = split_archive(place)
    if found is None:
        raise DataError({key: [f"{place} does not exist or is no folder"]}, path)
    archive, inner = found
    try:
        kind = archive_kind(archive)
        if kind is None:
            raise DataError({key: [f"{archive} {_what_it_is(archive)}"]}, path)
        tree = zip_tree(archive, inner) if kind == "zip" else tar_tree(archive, inner, cache=cache)
    except OSError as error:
        raise DataError({key: [f"{archive} can't be read ({error.strerror or error})"]}, path) from error
    if inner and not any(tree.listed(Problems())):
        raise DataError({key: [f"there is no folder {inner} in {archive}"]}, path)
    return tree


def _what_it_is(archive: Path) -> str:
    with archive.open("rb") as file:
        start = file.read(4)
    if start in _OTHER_ARCHIVES:
        return f"is a {_OTHER_ARCHIVES[start]} archive; unpack it, or make it a zip or tar file"
    return "is no folder, and no zip or tar file"
