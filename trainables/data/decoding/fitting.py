"""Making a square of an image of any shape: by cutting, by padding, or by squashing."""

from collections.abc import Sequence
from statistics import median

from PIL import Image

from trainables.data.sources.source import FitToSquare
from trainables.text import counted

Box = tuple[float, float, float, float]


def to_square(
    image: Image.Image, *, size: int, fit: FitToSquare, colour: tuple[int, int, int]
) -> Image.Image:
    """Return an image as a square, resized bicubically with antialiasing.

    Args:
        image: In L or RGB. One that is `size` x `size` already comes back as it is.
        size: Side of the square, in pixels.
        fit: "crop" cuts out the centred square of the short edge's length; "pad" shows the whole image, with bars of
            `colour` at its sides or above and below; "squash" shows the whole image, its edges scaled apart.
        colour: Red, green and blue of the bars, 0 ... 255. A grey image stays grey only where the colour is a grey.
    """
    if image.size == (size, size):
        return image
    if fit != "pad" or image.width == image.height:
        return image.resize((size, size), Image.Resampling.BICUBIC, box=kept_box(image.size, fit))
    scale = size / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    is_grey = image.mode == "L" and len(set(colour)) == 1
    square = Image.new("L", (size, size), colour[0]) if is_grey else Image.new("RGB", (size, size), colour)
    inner = image.resize((width, height), Image.Resampling.BICUBIC).convert(square.mode)
    square.paste(inner, ((size - width) // 2, (size - height) // 2))
    return square


def kept_box(size: tuple[int, int], fit: FitToSquare) -> Box:
    """Return the part of an image of (width, height) that its square shows: left, top, right and bottom, in pixels."""
    width, height = size
    if fit != "crop":
        return 0, 0, width, height
    side = min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    return left, top, left + side, top + side


def lost_fraction(size: tuple[int, int], fit: FitToSquare) -> float:
    """Return the share of an image's area that its square does not show, in [0, 1)."""
    left, top, right, bottom = kept_box(size, fit)
    return 1 - (right - left) * (bottom - top) / (size[0] * size[1])


def fit_notes(sizes: Sequence[tuple[int, int]], fit: FitToSquare) -> list[str]:
    """Return a sentence on what becomes of images that are no squares; nothing where all are.

    Args:
        sizes: Width and height of every image of a set, in pixels.
        fit: How they become squares.
    """
    oblong = [size for size in sizes if size[0] != size[1]]
    if not oblong:
        return []
    num = f"{len(oblong)} of {counted(len(sizes), 'image')} {'is no square' if len(oblong) == 1 else 'are no squares'}"
    longest = max(max(size) / min(size) for size in oblong)
    if fit == "crop":
        lost = [lost_fraction(size, fit) for size in oblong]
        return [
            f"{num}: their edges are cut off (fit: crop), {median(lost):.0%} of an image in the median and "
            f"{max(lost):.0%} at most; pad and squash keep them"
        ]
    if fit == "pad":
        return [
            f"{num}: they are shown whole, with bars of data.background (fit: pad), up to {longest:.2g} : 1"
        ]
    return [
        f"{num}: they are shown whole, squashed (fit: squash), up to {longest:.2g} : 1; pad keeps their shape"
    ]
