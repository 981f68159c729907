"""The files of a folder: images, others and what systems leave; and the subfolders that are splits."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from trainables.data.decoding.first_bytes import first_bytes, kind_of
from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import TEST, TRAIN, VAL
from trainables.data.sources.threads import map_in_threads

IMAGE_SUFFIXES = frozenset((
    ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".gif", ".webp", ".bmp", ".dib", ".tif",
    ".tiff", ".tga", ".pcx", ".psd", ".qoi", ".sgi", ".ras", ".svg",
    ".ppm", ".pgm", ".pbm", ".pnm", ".pam", ".pfm", ".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx", ".jls",
    ".jxl", ".jxr", ".avif", ".heic", ".heif", ".hif", ".dcm", ".dicom", ".exr",
    ".dng", ".nef", ".nrw", ".cr2", ".cr3", ".crw", ".arw", ".orf", ".raf", ".rw2", ".pef", ".srw", ".x3f",
))  # fmt: skip
"""Endings that promise an image: the file is read, or named as one that cannot be. Others tell by their first bytes."""
_SPLIT_NAMES = {"train": TRAIN, "val": VAL, "valid": VAL, "validation": VAL, "test": TEST}
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
    )
)
_DROPPED_FILES = frozenset(
    ("dicomdir", "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "icon\r", "picasa.ini")
)
"""Droppings: what operating systems, file servers and editors leave beside images."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Files of a folder, as sorted paths with forward slashes.

    Attributes:
        images: Those that are images by their name or their first bytes, whether they can be read or not.
        others: Those that are not.
        droppings: Those that are hidden or left by a system, or lie in such a folder.
    """

    images: list[str]
    others: list[str]
    droppings: list[str]


def _files(root: Path, problems: Problems) -> Iterator[tuple[str, bool]]:
    """Yield every file's path and whether it, or a folder above it, is a dropping; follow links once."""

    def unlistable(error: OSError) -> None:
        problems.add("cannot be read", f"{error.filename}: {error.strerror}")

    seen: set[Path] = set()
    for folder, subfolders, names in os.walk(root, followlinks=True, onerror=unlistable):
        here = Path(folder)
        subfolders[:] = [name for name in sorted(subfolders) if (here / name).resolve() not in seen]
        seen.update((here / name).resolve() for name in subfolders)
        inside = here.relative_to(root)
        for name in names:
            yield (inside / name).as_posix(), any(map(is_dropping, (*inside.parts, name)))


def list_files(root: Path, problems: Problems) -> Listing:
    """Return the files under `root`; folders that cannot be listed are problems."""
    files = sorted(_files(root, problems))
    visible = [path for path, dropped in files if not dropped]
    images = _images_among(root, visible)
    return Listing(
        images=[path for path in visible if path in images],
        others=[path for path in visible if path not in images],
        droppings=[path for path, dropped in files if dropped],
    )


def _images_among(root: Path, paths: list[str]) -> set[str]:
    by_name = {path for path in paths if PurePosixPath(path).suffix.lower() in IMAGE_SUFFIXES}
    unclear = [path for path in paths if path not in by_name]
    kinds = map_in_threads(lambda path: kind_of(first_bytes(root / path)), unclear)
    return by_name | {path for path, kind in zip(unclear, kinds, strict=True) if kind is not None}


def subfolders_of(folder: Path) -> list[str]:
    """Return the names of the visible folders in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and not is_dropping(path.name))


def split_folders(root: Path, problems: Problems) -> dict[str, str]:
    """Return the split of each subfolder that is one; empty where the subfolders are classes.

    A lone `train` beside other names is taken for a class (of vehicles, say).
    """
    names = subfolders_of(root)
    splits = {name: _SPLIT_NAMES[name.lower()] for name in names if name.lower() in _SPLIT_NAMES}
    for split, count in Counter(splits.values()).items():
        if count > 1:
            same = [name for name, meant in splits.items() if meant == split]
            problems.add("splits", f"{' and '.join(same)} are both the {split} split")
    everything = len(splits) == len(names)
    if TRAIN in splits.values() and (everything or len(splits) > 1):
        return splits
    if splits and everything:
        problems.add("splits", f"there is {' and '.join(splits)} but no train")
        return splits
    return {}


def is_dropping(name: str) -> bool:
    """Say whether a file or folder of this name is hidden or left by a system: `.x`, `@eaDir`, `Thumbs.db`, `x.png~`.

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
