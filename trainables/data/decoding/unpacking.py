"""Unpacking of a file's bytes by Pillow, for the few kinds that it has to unpack otherwise."""

from typing import Any

from PIL import Image, ImageFile

_SAMPLES_PER_PIXEL = 277


def raw_mode(image: Image.Image) -> str:
    """Return how an opened image's pixels will be unpacked, such as "RGB;16B"; "" for one that is in memory already."""
    tiles: Any = getattr(image, "tile", None)
    if not tiles:
        return ""
    arguments: Any = tiles[0][3]
    return str(arguments[0] if isinstance(arguments, tuple) and arguments else arguments)


def unpack_as(image: Image.Image, mode: str) -> None:
    """Have Pillow unpack the pixels in another way; the bits of a pixel stay as many."""
    assert isinstance(image, ImageFile.ImageFile)
    tiles: list[Any] = []
    for name, extents, offset, arguments in image.tile:
        changed = (mode, *arguments[1:]) if isinstance(arguments, tuple) else mode
        # Pillow 11 gave the tuple a type of its own.
        make = getattr(type(image.tile[0]), "_make", tuple)
        tiles.append(make((name, extents, offset, changed)))
    image.tile = tiles


def num_left_out(image: Image.Image) -> int:
    """Return how many channels of an opened TIFF are neither colours nor opacity, and so not unpacked."""
    if image.format != "TIFF":
        return 0
    tags: Any = getattr(image, "tag_v2")  # noqa: B009 - only the subclass has it
    return max(0, int(tags.get(_SAMPLES_PER_PIXEL, 1)) - len(image.getbands()))
