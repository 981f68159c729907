"""Files with more than one picture: which one is read, and when none is."""

import re
from typing import Any

from PIL import Image

from trainables.data.decoding.foreign import ForeignImage
from trainables.data.decoding.remarks import FIRST_OF_MPO, FIRST_PAGE
from trainables.data.sources.errors import UnreadableError
from trainables.data.sources.source import Pages

_DESCRIPTION, _IMAGE_DEPTH = 270, 32997
_IMAGEJ = re.compile(r"ImageJ=.*?^images=(\d{1,9})\b", re.DOTALL | re.MULTILINE)
_NEW_SUBFILE_TYPE, _SUBFILE_TYPE, _SUB_IFDS, _DNG_VERSION = 254, 255, 330, 50706
_REDUCED, _MASK = 1, 4
_OLD_REDUCED = 2
_LAYERED = ("PSD",)
"""Formats whose "frames" are layers of the one picture that is read."""


def choose_page(image: Image.Image, *, pages: Pages) -> frozenset[str]:
    """Turn an opened image, whose pixels have not been read, to the one page that counts; return remarks.

    A TIFF's reduced copies and masks (tag NewSubfileType) are no pages of their own: with one page beside them, it is
    that which is read. Slices of a volume count as pages. Of an MPO, a JPEG to which a camera has added previews or
    depth, the first picture is read.

    Raises:
        UnreadableError: If there are several pages or frames and `pages` is "refuse", or a TIFF holds a preview beside
            a raw photograph.
    """
    if isinstance(image, ForeignImage):
        return _several(image.num_pictures, image.what, pages) if image.num_pictures > 1 else frozenset()
    if image.format == "JPEG" or image.format in _LAYERED:
        return frozenset()
    if image.format == "MPO":
        return frozenset((FIRST_OF_MPO,)) if getattr(image, "n_frames", 1) > 1 else frozenset()
    if image.format == "TIFF":
        return _choose_of_tiff(image, pages)
    num = getattr(image, "n_frames", 1)
    return _several(num, "frames", pages) if num > 1 else frozenset()


def _choose_of_tiff(image: Image.Image, pages: Pages) -> frozenset[str]:
    tags: Any = getattr(image, "tag_v2")  # noqa: B009 - only the subclass has it
    if _DNG_VERSION in tags or (_is_extra(tags) and _SUB_IFDS in tags):
        raise UnreadableError(
            "a raw photograph, of which only a preview can be read: develop it to TIFF or JPEG"
        )
    try:
        num = getattr(image, "n_frames", 1)
    except SyntaxError as error:
        raise UnreadableError(
            "holds a page that Pillow does not read (a mask?): save the image in a file of its own"
        ) from error
    if num == 1:
        slices = _num_slices(tags)
        return _several(slices, "slices", pages) if slices > 1 else frozenset()
    whole = [page for page in range(num) if not _is_extra(_tags_of(image, page))]
    image.seek(whole[0] if whole else 0)
    return _several(len(whole), "pages", pages) if len(whole) > 1 else frozenset()


def _num_slices(tags: Any) -> int:
    """Return how many pictures lie behind the only page of a TIFF, one after the other: a volume's, or ImageJ's."""
    in_imagej = _IMAGEJ.match(str(tags.get(_DESCRIPTION, "")))
    return max(int(tags.get(_IMAGE_DEPTH, 1)), int(in_imagej[1]) if in_imagej else 1)


def _tags_of(image: Image.Image, page: int) -> Any:
    image.seek(page)
    return getattr(image, "tag_v2")  # noqa: B009 - only the subclass has it


def _is_extra(tags: Any) -> bool:
    """Say whether a page is a reduced copy or a mask of another one."""
    return (
        bool(tags.get(_NEW_SUBFILE_TYPE, 0) & (_REDUCED | _MASK)) or tags.get(_SUBFILE_TYPE) == _OLD_REDUCED
    )


def _several(num: int, what: str, pages: Pages) -> frozenset[str]:
    if pages == "refuse":
        raise UnreadableError(
            f"holds {num} {what}: split it into files, or take the first of each (pages: first)"
        )
    return frozenset((FIRST_PAGE,))
