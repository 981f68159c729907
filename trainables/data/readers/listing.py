"""The files of a tree: images, others, and what systems and programs leave."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from trainables.data.decoding.first_bytes import kind_of
from trainables.data.readers.made_folders import folders_of_results, thumbnails_among
from trainables.data.readers.trees.tree import Tree
from trainables.data.sources.errors import Problems
from trainables.data.sources.threads import map_in_threads

IMAGE_SUFFIXES = frozenset((
    ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".gif", ".webp", ".bmp", ".dib", ".tif",
    ".tiff", ".tga", ".pcx", ".psd", ".qoi", ".sgi", ".ras", ".svg",
    ".ppm", ".pgm", ".pbm", ".pnm", ".pam", ".pfm", ".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx", ".jls",
    ".jxl", ".jxr", ".avif", ".heic", ".heif", ".hif", ".dcm", ".dicom", ".exr",
    ".dng", ".nef", ".nrw", ".cr2", ".cr3", ".crw", ".arw", ".orf", ".raf", ".rw2", ".pef", ".srw", ".x3f",
))  # fmt: skip
"""Endings that promise an image: the file is read, or named as one that cannot be. Others tell by their first bytes."""
_DROPPED_FOLDERS = frozenset(
    (
        "__macosx",
        "@eadir",
        "@__thumb",
        "#recycle",
        "#snapshot",
        "@recycle",
        "@recently-snapshot",
        "$recycle.bin",
        "system volume information",
        "lost+found",
        "network trash folder",
        "temporary items",
        "__pycache__",
        "node_modules",
        "site-packages",
        "mlruns",
        "mlartifacts",
        "wandb",
        "lightning_logs",
        "tb_logs",
    )
)
_DROPPED_FILES = frozenset(
    ("dicomdir", "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "icon\r", "picasa.ini")
)
"""Droppings: what operating systems, file servers, editors and programs that train leave beside images."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Files of a tree, as sorted paths with forward slashes.

    Attributes:
        images: Those that are images by their name or their first bytes, whether they can be read or not.
        others: Those that are not.
        droppings: Those that are hidden or left by a system or a program, or lie in such a folder.
        results: Those in folders of results that lrstudy wrote.
        thumbnails: Those in folders of thumbnails, whose images are there, too.
        folders: The folders that are none of these, and have more than such files in them, or nothing.
    """

    images: list[str]
    others: list[str]
    droppings: list[str]
    results: list[str]
    thumbnails: list[str]
    folders: list[str]


def list_files(tree: Tree, problems: Problems) -> Listing:
    """Return the files of a tree; folders that cannot be listed are problems."""
    files, folders = tree.listed(problems)
    written = folders_of_results(files)
    results = [path for path in files if written.intersection(_above(path))]
    droppings = [path for path in files if any(map(is_dropping, PurePosixPath(path).parts))]
    known = {*results, *droppings}
    visible = [path for path in files if path not in known]
    images = _images_among(tree, visible)
    thumbnails = thumbnails_among(images)
    known |= thumbnails
    empty = _only_with(results + sorted(thumbnails), [path for path in visible if path not in thumbnails])
    return Listing(
        images=[path for path in visible if path in images - thumbnails],
        others=[path for path in visible if path not in images],
        droppings=[path for path in droppings if path not in results],
        results=results,
        thumbnails=sorted(thumbnails),
        folders=[f for f in folders if f not in empty and not any(map(is_dropping, PurePosixPath(f).parts))],
    )


def _above(path: str) -> list[str]:
    return [str(folder) for folder in PurePosixPath(path).parents if str(folder) != "."]


def _only_with(left_out: list[str], kept: list[str]) -> set[str]:
    """Return the folders with files that are left out in them and none that is kept."""
    return {f for path in left_out for f in _above(path)} - {f for path in kept for f in _above(path)}


def _images_among(tree: Tree, paths: list[str]) -> set[str]:
    by_name = {path for path in paths if PurePosixPath(path).suffix.lower() in IMAGE_SUFFIXES}
    unclear = [path for path in paths if path not in by_name]
    kinds = map_in_threads(lambda path: kind_of(tree.head(path)), unclear)
    return by_name | {path for path, kind in zip(unclear, kinds, strict=True) if kind is not None}


def subfolders_of(listing: Listing, folder: str = "") -> list[str]:
    """Return the names of the folders right in a folder, sorted."""
    start = f"{folder}/" if folder else ""
    inside = (path[len(start) :] for path in listing.folders if path.startswith(start))
    return sorted(name for name in inside if "/" not in name)


def is_dropping(name: str) -> bool:
    """Say whether a file or folder of this name is hidden, or left by a system or program: `.x`, `@eaDir`, `x.png~`.

    Hidden are also AppleDouble files (`._x`) and the thumbnails of Linux and of QNAP (`.thumbnails`, `.@__thumb`);
    cameras leave a small JPEG beside a film or a raw photograph (`x.THM`).
    """
    lower = name.lower()
    return (
        lower.startswith((".", "~$"))
        or lower.endswith(("~", ".thm"))
        or lower in _DROPPED_FOLDERS
        or lower in _DROPPED_FILES
    )
