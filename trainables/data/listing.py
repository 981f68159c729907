"""What lies in a folder of images: files, and the subfolders that are splits."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from trainables.data.errors import Problems
from trainables.data.pool import TEST, TRAIN, VAL

IMAGE_SUFFIXES = frozenset(
    (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".jp2")
)
_SPLIT_NAMES = {"train": TRAIN, "val": VAL, "valid": VAL, "validation": VAL, "test": TEST}


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Visible files of a folder, as sorted paths with forward slashes, and the number of hidden ones."""

    images: list[str]
    others: list[str]
    num_hidden: int


def _hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _files(root: Path, problems: Problems) -> Iterator[tuple[str, bool]]:
    """Yield every file's path and whether it, or a folder above it, is hidden; follow links once."""

    def unlistable(error: OSError) -> None:
        problems.add("cannot be read", f"{error.filename}: {error.strerror}")

    seen: set[Path] = set()
    for folder, subfolders, names in os.walk(root, followlinks=True, onerror=unlistable):
        here = Path(folder)
        subfolders[:] = [name for name in sorted(subfolders) if (here / name).resolve() not in seen]
        seen.update((here / name).resolve() for name in subfolders)
        inside = here.relative_to(root)
        for name in names:
            yield (inside / name).as_posix(), any(map(_hidden, (*inside.parts, name)))


def list_files(root: Path, problems: Problems) -> Listing:
    """Return the files under `root`; folders that cannot be listed are problems."""
    files = sorted(_files(root, problems))
    visible = [path for path, hidden in files if not hidden]
    is_image = {path: PurePosixPath(path).suffix.lower() in IMAGE_SUFFIXES for path in visible}
    return Listing(
        images=[path for path in visible if is_image[path]],
        others=[path for path in visible if not is_image[path]],
        num_hidden=len(files) - len(visible),
    )


def subfolders_of(folder: Path) -> list[str]:
    """Return the names of the visible folders in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and not _hidden(path.name))


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
