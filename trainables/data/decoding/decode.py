"""From files to equal squares: decoding, rotation, fitting, and a fingerprint of every image."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from trainables.data.decoding.colour_management import to_srgb
from trainables.data.decoding.deep_pixels import (
    DeepPixels,
    DeepSummary,
    hash_of,
    is_deep,
    read_deep,
    summary_of,
)
from trainables.data.decoding.fitting import to_square
from trainables.data.decoding.foreign import ForeignImage
from trainables.data.decoding.jpeg2000 import profile_of
from trainables.data.decoding.pages import choose_page
from trainables.data.decoding.png_checksums import refuse_damaged_png
from trainables.data.decoding.remarks import CHANNELS_LEFT_OUT
from trainables.data.decoding.transparency import colour_of, on_background, split_alpha, widen_clear_level
from trainables.data.decoding.unpacking import num_left_out
from trainables.data.decoding.window import Window
from trainables.data.sources.errors import Problems, UnreadableError
from trainables.data.sources.pool import EMPTY_FILE, RawImage, digest
from trainables.data.sources.source import DEFAULT_FIT, Background, DataSource, FitToSquare, Pages
from trainables.data.sources.threads import map_in_threads

THUMBNAIL_SIZE = 16
"""Side of the grey thumbnails that near duplicates are found with."""

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How files are read; as the study file says.

    Attributes:
        background: Shown where an image is transparent.
        pages: What is done with files of several pages or frames.
        fit: How an image becomes a square.
    """

    background: Background = "white"
    pages: Pages = "refuse"
    fit: FitToSquare = DEFAULT_FIT

    @classmethod
    def of(cls, source: DataSource) -> "Reading":
        """Return how a source's files are read."""
        return cls(background=source.background, pages=source.pages, fit=source.fit)


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """What is kept of one image beside its stored square.

    Attributes:
        grey: Whether its three channels are equal, bars of padding included.
        size: Width and height, in pixels, after rotation.
        pixels_hash: Hash of the original image's size and pixels, after rotation. Equal images have equal
            hashes, whatever their file format. That of a deep image is of its stored values.
        thumbnail: Grey levels of the whole image, squeezed to 16 x 16, flat; 0 where the image is smaller.
        remarks: What was done to it, of `remarks`.
        deep: The values of an image of more than 8 bits; None for others. Such an image gets its square and its
            thumbnail from `decode_deep`, once the range of the whole set is known.
        num_clipped: Values outside of that range.
    """

    grey: bool
    size: tuple[int, int]
    pixels_hash: str
    thumbnail: Bytes
    remarks: frozenset[str] = frozenset()
    deep: DeepSummary | None = None
    num_clipped: int = 0


@dataclass(frozen=True, kw_only=True)
class Squares:
    """All decoded images of a pool, in RGB, and which of them are grey."""

    pixels: Bytes
    grey: npt.NDArray[np.bool_]


def decode_all(
    images: Sequence[RawImage], *, out: Bytes, problems: Problems, reading: Reading
) -> list[Decoded | None]:
    """Decode all images on a few threads.

    Args:
        images: What to decode.
        out: Takes the squares, in RGB: shape (len(images), size, size, 3). Those of deep images stay as they are.
        problems: Takes the images that cannot be decoded; their place in the result is None.
        reading: How files are read.
    """

    def one(index: int) -> Decoded | UnreadableError:
        try:
            return decode(images[index], out=out[index], reading=reading)
        except UnreadableError as error:
            return error

    results: list[Decoded | None] = []
    for image, result in zip(images, map_in_threads(one, range(len(images))), strict=True):
        if isinstance(result, UnreadableError):
            problems.add("cannot be decoded", f"{image.id}: {result}")
        results.append(result if isinstance(result, Decoded) else None)
    return results


def decode(raw: RawImage, *, out: Bytes, reading: Reading) -> Decoded:
    """Decode one image, write its square into `out` (size, size, 3), and return the rest.

    Raises:
        UnreadableError: If the image cannot be decoded.
    """
    loaded = read_picture(raw, reading=reading)
    if not isinstance(loaded.pixels, DeepPixels):
        image, remarks = _to_8_bit(loaded.pixels, reading)
        return _finished(image, out=out, reading=reading, remarks=loaded.remarks | remarks)
    deep = loaded.pixels
    return Decoded(
        grey=deep.values.ndim == 2 or bool((deep.values == deep.values[..., :1]).all()),
        size=(deep.values.shape[1], deep.values.shape[0]),
        pixels_hash=hash_of(deep),
        thumbnail=np.zeros(THUMBNAIL_SIZE**2, dtype=np.uint8),
        remarks=loaded.remarks,
        deep=summary_of(deep),
    )


def decode_deep(raw: RawImage, *, out: Bytes, reading: Reading, window: Window) -> Decoded:
    """Decode one deep image again, now that its set's range is known, and return what `decode` does for others.

    Raises:
        UnreadableError: If the image cannot be decoded.
    """
    loaded = read_picture(raw, reading=reading)
    deep = loaded.pixels
    if not isinstance(deep, DeepPixels):
        raise UnreadableError("the file has changed while it was read")
    image, remarks = _deep_to_8_bit(deep, reading, window)
    finished = _finished(image, out=out, reading=reading, remarks=loaded.remarks | remarks)
    return replace(
        finished,
        pixels_hash=hash_of(deep),
        deep=summary_of(deep),
        num_clipped=window.num_outside(deep.values),
    )


@dataclass(frozen=True, kw_only=True)
class ReadPicture:
    """One picture of a file, turned as its orientation says, and what is to be said of it."""

    pixels: Image.Image | DeepPixels
    remarks: frozenset[str]


def read_picture(raw: RawImage, *, reading: Reading) -> ReadPicture:
    """Return the picture that a file holds, before anything is made of its values.

    Raises:
        UnreadableError: If the image cannot be decoded.
    """
    # Decoders raise nearly anything on broken bytes (struct.error, KeyError, zlib.error, ...). Nothing of
    # ours runs inside this block but what opens and reads, and whatever is caught is named to the user.
    try:
        with raw.open() as image:
            remarks = choose_page(image, pages=reading.pages)
            if isinstance(image, ForeignImage):
                return ReadPicture(pixels=image.read(), remarks=remarks | image.remarks)
            if num_left_out(image):
                remarks |= {CHANNELS_LEFT_OUT}
            if image.format == "PNG":
                refuse_damaged_png(image)
            if image.format == "JPEG2000" and (profile := profile_of(image)):
                image.info["icc_profile"] = profile
            if is_deep(image):
                return ReadPicture(pixels=read_deep(image, partial(_again, raw, reading)), remarks=remarks)
            widen_clear_level(image)
            image.load()
            return ReadPicture(pixels=ImageOps.exif_transpose(image), remarks=remarks)
    except Exception as error:
        raise UnreadableError(_why(raw, error)) from error


def whole_image(raw: RawImage, *, reading: Reading, window: Window | None) -> Image.Image:
    """Return one image as it is before it becomes a square: turned, in sRGB, of 8 bits, without transparent parts.

    Args:
        raw: What to decode.
        reading: How files are read.
        window: Of the set's deep images.

    Raises:
        UnreadableError: If the image cannot be decoded.
    """
    loaded = read_picture(raw, reading=reading)
    if isinstance(loaded.pixels, DeepPixels):
        assert window is not None, "a set with deep images has a window"
        return _deep_to_8_bit(loaded.pixels, reading, window)[0]
    return _to_8_bit(loaded.pixels, reading)[0]


def hash_of_pixels(image: Image.Image, *, grey: bool | None = None) -> str:
    """Return the hash of an image of 8 bits, in L or RGB: the `pixels_hash` of `Decoded`.

    Args:
        image: As `whole_image` returns it.
        grey: Whether its channels are equal, where that is known.
    """
    pixels = np.asarray(image)
    grey = _is_grey(image) if grey is None else grey
    canonical = pixels[..., 0] if grey and pixels.ndim == 3 else pixels
    return digest(repr(canonical.shape).encode(), canonical.tobytes())


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


def _again(raw: RawImage, reading: Reading) -> Image.Image:
    image = raw.open()
    choose_page(image, pages=reading.pages)
    return image


def _why(raw: RawImage, error: Exception) -> str:
    if raw.content == EMPTY_FILE:
        return "the file is empty"
    return " ".join(str(error).split()) or type(error).__name__


def _size_of(raw: RawImage) -> tuple[int, int] | None:
    """Return width and height as stored; None for one that cannot be opened, which decoding will name."""
    try:
        with raw.open() as image:
            choose_page(image, pages="first")
            return image.size
    except Exception:  # broken bytes raise nearly anything; `_loaded` names them to the user
        return None


def _to_8_bit(image: Image.Image, reading: Reading) -> tuple[Image.Image, frozenset[str]]:
    """Return an image of 8 bits as L or RGB, in sRGB and without transparent parts; and remarks."""
    colours, alpha = split_alpha(image)
    managed, remarks = to_srgb(colours, image.info)
    opaque, covered = on_background(managed, alpha, reading.background)
    return opaque, remarks | covered


def _deep_to_8_bit(deep: DeepPixels, reading: Reading, window: Window) -> tuple[Image.Image, frozenset[str]]:
    """Return a deep image as L or RGB by its set's window, in sRGB and without transparent parts; and remarks."""
    levels = window.to_8_bit(deep.values)
    managed, remarks = to_srgb(Image.fromarray(255 - levels if deep.white_is_low else levels), deep.info)
    alpha = None if deep.alpha is None else Image.fromarray(deep.alpha)
    opaque, covered = on_background(managed, alpha, reading.background)
    return opaque, remarks | covered


def _finished(image: Image.Image, *, out: Bytes, reading: Reading, remarks: frozenset[str]) -> Decoded:
    grey = _is_grey(image)
    colour = colour_of(reading.background)
    has_coloured_bars = reading.fit == "pad" and image.width != image.height and len(set(colour)) > 1
    out[...] = np.asarray(to_square(image, size=out.shape[0], fit=reading.fit, colour=colour).convert("RGB"))
    return Decoded(
        grey=grey and not has_coloured_bars,
        size=image.size,
        pixels_hash=hash_of_pixels(image, grey=grey),
        thumbnail=_thumbnail(image),
        remarks=remarks,
    )


def _is_grey(image: Image.Image) -> bool:
    if image.mode == "L":
        return True
    pixels = np.asarray(image)
    return bool((pixels == pixels[..., :1]).all())


def _thumbnail(image: Image.Image) -> Bytes:
    if min(image.size) < THUMBNAIL_SIZE:
        return np.zeros(THUMBNAIL_SIZE**2, dtype=np.uint8)
    small = image.convert("L").resize((THUMBNAIL_SIZE, THUMBNAIL_SIZE), Image.Resampling.BILINEAR)
    return np.asarray(small).reshape(-1)
