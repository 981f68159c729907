"""From files to equal squares: decoding, rotation, cropping, and a fingerprint of every image."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from trainables.data.errors import Problems
from trainables.data.pool import EMPTY_FILE, RawImage, digest
from trainables.data.threads import map_in_threads

THUMBNAIL_SIZE = 16
"""Side of the grey thumbnails that near duplicates are found with."""

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """What is kept of one image beside its stored square.

    Attributes:
        grey: Whether its three channels are equal.
        sixteen_bit: Whether the file has 16 bits a pixel, of which the upper 8 are kept.
        pixels_hash: Hash of the original image's size and pixels, after rotation. Equal images have equal
            hashes, whatever their file format.
        thumbnail: Grey levels of the whole image, squeezed to 16 x 16, flat; 0 where the image is smaller.
    """

    grey: bool
    sixteen_bit: bool
    pixels_hash: str
    thumbnail: Bytes


class UnreadableError(ValueError):
    """An image that cannot be decoded; the message says why."""


def decode_all(images: Sequence[RawImage], *, out: Bytes, problems: Problems) -> list[Decoded | None]:
    """Decode all images on a few threads.

    Args:
        images: What to decode.
        out: Takes the squares, in RGB: shape (len(images), size, size, 3).
        problems: Takes the images that cannot be decoded; their place in the result is None.
    """

    def one(index: int) -> Decoded | UnreadableError:
        try:
            return decode(images[index], out=out[index])
        except UnreadableError as error:
            return error

    results: list[Decoded | None] = []
    for image, result in zip(images, map_in_threads(one, range(len(images))), strict=True):
        if isinstance(result, UnreadableError):
            problems.add("cannot be decoded", f"{image.id}: {result}")
        results.append(result if isinstance(result, Decoded) else None)
    return results


def decode(raw: RawImage, *, out: Bytes) -> Decoded:
    """Decode one image, write its square into `out` (size, size, 3), and return the rest.

    The centre of the short edge's length is cut out and resized (bicubic, antialiased) to `out`'s size.

    Raises:
        UnreadableError: If the image cannot be decoded.
    """
    opened = _loaded(raw)
    image = _to_8_bit(opened)
    pixels = np.asarray(image)
    grey = image.mode == "L" or bool((pixels == pixels[..., :1]).all())
    canonical = pixels[..., 0] if grey and pixels.ndim == 3 else pixels
    out[...] = np.asarray(_square(image, size=out.shape[0]).convert("RGB"))
    return Decoded(
        grey=grey,
        sixteen_bit=opened.mode.startswith("I"),
        pixels_hash=digest(repr(canonical.shape).encode(), canonical.tobytes()),
        thumbnail=_thumbnail(image),
    )


def own_size(images: Sequence[RawImage], problems: Problems) -> int | None:
    """Return the side that all images share, in pixels; None, and a problem, if they are no equal squares."""
    sizes = sorted({size for size in map_in_threads(_size_of, images) if size is not None})
    if len(sizes) == 1 and sizes[0][0] == sizes[0][1]:
        return sizes[0][0]
    if sizes:
        shown = " ... ".join(f"{width}x{height}" for width, height in dict.fromkeys((sizes[0], sizes[-1])))
        what = "not square" if len(sizes) == 1 else f"of {len(sizes)} sizes"
        problems.add("image_size", f"the images are {what} ({shown}): set image_size to the side to store")
    return None


def to_grey(squares: Bytes) -> Bytes:
    """Return RGB squares (n, size, size, 3) as grey ones (n, size, size, 1), by the weights of ITU-R 601."""
    grey = [np.asarray(Image.fromarray(square).convert("L")) for square in squares]
    return np.stack(grey)[..., np.newaxis]


def _loaded(raw: RawImage) -> Image.Image:
    # Decoders raise nearly anything on broken bytes (struct.error, KeyError, zlib.error, ...). Nothing of
    # ours runs inside this block, and whatever is caught is named to the user.
    try:
        with raw.open() as image:
            image.load()
            return ImageOps.exif_transpose(image)
    except Exception as error:
        raise UnreadableError(_why(raw, error)) from error


def _why(raw: RawImage, error: Exception) -> str:
    if raw.content == EMPTY_FILE:
        return "the file is empty"
    if isinstance(error, UnidentifiedImageError):
        return "no image that Pillow knows"
    return str(error) or type(error).__name__


def _size_of(raw: RawImage) -> tuple[int, int] | None:
    """Return width and height as stored; None for one that cannot be opened, which decoding will name."""
    try:
        with raw.open() as image:
            return image.size
    except Exception:  # broken bytes raise nearly anything; `_loaded` names them to the user
        return None


def _to_8_bit(image: Image.Image) -> Image.Image:
    """Return the image as L or RGB. Transparency is dropped; of 16 bits the upper 8 are kept."""
    if image.mode.startswith("I"):
        values = np.asarray(image)
        if values.min() < 0 or values.max() > 0xFFFF:
            raise UnreadableError("its values have more than 16 bits; convert it to 8 bits")
        return Image.fromarray((values >> 8).astype(np.uint8))
    if image.mode == "F":
        raise UnreadableError("its values are floating-point; convert it to 8 bits")
    if image.mode in ("1", "L", "LA", "La"):
        return image.convert("L")
    if image.mode == "P":
        return image.convert("RGBA").convert("RGB")
    return image.convert("RGB")


def _square(image: Image.Image, *, size: int) -> Image.Image:
    side = min(image.size)
    left, top = (image.width - side) / 2, (image.height - side) / 2
    if image.size == (size, size):
        return image
    return image.resize((size, size), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side))


def _thumbnail(image: Image.Image) -> Bytes:
    if min(image.size) < THUMBNAIL_SIZE:
        return np.zeros(THUMBNAIL_SIZE**2, dtype=np.uint8)
    small = image.convert("L").resize((THUMBNAIL_SIZE, THUMBNAIL_SIZE), Image.Resampling.BILINEAR)
    return np.asarray(small).reshape(-1)
