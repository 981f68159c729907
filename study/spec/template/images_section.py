"""The images of a commented study file: a folder of them, or a list of them, as a look at it shows them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from study.spec.yaml_text import to_yaml
from trainables.data.readers.listing import list_files
from trainables.data.readers.lists.columns import column_of_groups
from trainables.data.readers.lists.looking import ListLook, look_at_list
from trainables.data.readers.trees.at import tree_at
from trainables.data.sources.errors import DataError, Problems
from trainables.data.sources.places import is_list
from trainables.data.sources.pool import and_more
from trainables.sharing.cache_folder import cache_dir
from trainables.text import printable

SAMPLED_IMAGES = 50
"""Images that are opened to learn their size."""


@dataclass(frozen=True, kw_only=True)
class ImagesSummary:
    """What a look at the images shows.

    Attributes:
        num_images: Files that look like images, or rows of a list.
        shorter_side: Median of the shorter sides of some images, in pixels; None if none could be opened.
        listed: What a look at the list shows; None for a folder.
    """

    num_images: int
    shorter_side: int | None
    listed: ListLook | None = None


def images_summary(place: Path) -> ImagesSummary:
    """Return what a look at a folder, an archive or a list of images shows.

    Raises:
        ValueError: If there is none of these.
    """
    try:
        if is_list(place):
            look = look_at_list(place, num_images=SAMPLED_IMAGES)
            sides = [_shorter_side(opened) for opened in look.images]
            return ImagesSummary(num_images=look.num_rows, shorter_side=_median(sides), listed=look)
        tree = tree_at(str(place), cache=cache_dir(), key="--data")
    except DataError as error:
        allowed = (
            "a folder with one subfolder a class, a zip or tar file of one, or a list: CSV, TSV, Parquet"
        )
        raise ValueError(
            f"{'; '.join(what.partition(': ')[2] for what in error.problems)}; {allowed}"
        ) from error
    # What is wrong with the folder is named when the study is planned.
    images = list_files(tree, Problems()).images
    step = max(1, len(images) // SAMPLED_IMAGES)
    sides = [_shorter_side(partial(tree.open, path)) for path in images[::step]]
    return ImagesSummary(num_images=len(images), shorter_side=_median(sides))


def images_lines(place: str, summary: ImagesSummary | None) -> str:
    """Return the lines of a study file that say where the images are.

    Args:
        place: The folder, archive or list, as the file shall have it.
        summary: What a look at it showed; None: a folder that nobody has looked at.
    """
    look = None if summary is None else summary.listed
    found = "" if summary is None else f"   # {summary.num_images} images were found here"
    if look is None:
        return _FOLDER.format(place=quoted(place), found=found)
    groups = column_of_groups(look.names) or "COLUMN"
    lines = [
        f"    # A list of images with their labels; its columns: {printable(', '.join(look.names))}.",
        f"    csv: {quoted(place)}{found}",
        *(f"    # {printable(what)}" for what in look.undecided),
        *(f"    {line}" for line in _column_lines(look)),
        "    # root: images              # where its paths begin, if not at its own folder",
        f"    # group: {quoted(groups):<18} # what images of one patient share: they stay in one split",
    ]
    if look.without_val:
        some = f"{printable(and_more(list(look.without_val), 3))}: no validation images"
        lines.append(f"    # recut: val                # cuts val anew out of train and val; needed: {some}")
    return "\n".join(lines)


def quoted(text: str) -> str:
    """Return a text as YAML has it, quoted only where it must be."""
    plain = to_yaml([text]).strip().removeprefix("[").removesuffix("]")
    return json.dumps(text) if "\n" in plain or text != text.strip() else plain


def _column_lines(look: ListLook) -> list[str]:
    """Return the keys that name columns: as comments where they are found by their names, else to be filled in."""
    if look.columns is None:
        return [
            "# path: COLUMN             # of the images' paths",
            "# label: COLUMN            # of the classes",
        ]
    lines = [
        f"# path: {quoted(look.columns.path)}   # found by its name, as the others are; name another one here",
        f"# label: {quoted(look.columns.labels[0])}",
    ]
    return lines + ([f"# split: {quoted(look.columns.split)}"] if look.columns.split else [])


def _median(sides: Sequence[int | None]) -> int | None:
    known = sorted(side for side in sides if side is not None)
    return known[len(known) // 2] if known else None


def _shorter_side(opened: Callable[[], Image.Image]) -> int | None:
    """Return an image's shorter side in pixels; None for a file that is no image."""
    try:
        with opened() as image:
            return min(image.size)
    except Exception:  # broken files, and archives, raise nearly anything; planning names them
        return None


_FOLDER = """\
    # train/, val/ and test/, or train/ and one of them, or just one subfolder for each class.
    folder: {place}{found}
    # group: "patient(\\\\d+)_"    # part of the path that images of one patient share: they stay in one split"""
