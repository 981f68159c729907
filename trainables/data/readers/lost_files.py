"""Classes that would lose files nobody has looked at: what is skipped must not be a part of the data."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

from trainables.data.readers.listing import Listing
from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import and_more
from trainables.text import printable

MOST_LOST_FRACTION = 0.1
"""A class may lose so many of its files, and no more."""


def refuse_lost_files(
    listing: Listing, splits: Mapping[str, str], classes: Collection[str], problems: Problems
) -> None:
    """Name the classes of which over a tenth of the files are no images that are known here.

    Not counted are droppings, and notes to an image: files that lie beside it and have its name but for the ending.

    Args:
        listing: The folder's files.
        splits: The folders that are splits; empty where the subfolders are classes.
        classes: The classes that are used.
        problems: Takes the classes.
    """
    num_images = Counter(_class_folder(path, splits) for path in listing.images)
    stems = {PurePosixPath(path).with_suffix("") for path in listing.images} | {
        PurePosixPath(path) for path in listing.images
    }
    lost: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for path in listing.others:
        if PurePosixPath(path).with_suffix("") not in stems:
            lost[_class_folder(path, splits)].append(path)
    for folder, paths in lost.items():
        if not folder or printable(folder[-1]) not in classes:
            continue
        num = num_images[folder] + len(paths)
        if len(paths) > MOST_LOST_FRACTION * num:
            text = f"{'/'.join(folder)}: {len(paths)} of {num} ({and_more(paths)}); move them out, or convert them"
            problems.add("files that are no images, over a tenth of a class", text)


def _class_folder(path: str, splits: Mapping[str, str]) -> tuple[str, ...]:
    """Return the folders that name a path's class; none for a file that lies in no class's folder."""
    parts = PurePosixPath(path).parts
    depth = 2 if splits else 1
    if len(parts) <= depth or (splits and parts[0] not in splits):
        return ()
    return parts[:depth]
