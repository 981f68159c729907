"""Classes that would lose files nobody has looked at: what is skipped must not be a part of the data."""

from collections import Counter, defaultdict
from collections.abc import Collection
from pathlib import PurePosixPath

from trainables.data.readers.layout import Layout
from trainables.data.readers.listing import Listing
from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import and_more

MOST_LOST_FRACTION = 0.1
"""A class may lose so many of its files, and no more."""


def refuse_lost_files(listing: Listing, layout: Layout, classes: Collection[str], problems: Problems) -> None:
    """Name the classes of which over a tenth of the files are no images that are known here.

    Not counted are droppings, and notes to an image: files that lie beside it and have its name but for the ending.

    Args:
        listing: The folder's files.
        layout: The folders that are splits and classes.
        classes: The classes that are used.
        problems: Takes the classes.
    """
    num_images = Counter(place.folder for path in listing.images if (place := layout.place(path)))
    stems = {PurePosixPath(path).with_suffix("") for path in listing.images} | {
        PurePosixPath(path) for path in listing.images
    }
    lost: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for path in listing.others:
        place = layout.place(path)
        if place and place.class_name in classes and PurePosixPath(path).with_suffix("") not in stems:
            lost[place.folder].append(path)
    for folder, paths in lost.items():
        num = num_images[folder] + len(paths)
        if len(paths) > MOST_LOST_FRACTION * num:
            text = f"{'/'.join(folder)}: {len(paths)} of {num} ({and_more(paths)}); move them out, or convert them"
            problems.add("files that are no images, over a tenth of a class", text)
