"""Images of more than 8 bits: their values as stored in the file, before anything is made of them.

Pillow keeps the upper 8 of 16 bits of coloured images. They are decoded twice here, once with the two bytes of every
value exchanged, and so give both.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile, ImageOps

from trainables.data.decoding.jpeg2000 import depth_of
from trainables.data.decoding.netpbm import has_deep_colours, read_deep_colours
from trainables.data.decoding.unpacking import raw_mode, unpack_as
from trainables.data.sources.errors import UnreadableError
from trainables.data.sources.pool import digest

NUM_SAMPLED = 1024
"""Values of an image, evenly spaced over it, that tell which values the whole set uses."""
_BITS, _PHOTOMETRIC, _PLANAR, _SAMPLE_FORMAT = 258, 262, 284, 339
_WHITE_IS_ZERO, _SEPARATE, _UNSIGNED, _SIGNED = 0, 2, 1, 2
_DEEP_COLOURS = frozenset(
    f"{mode};16{order}" for mode in ("RGB", "RGBX", "RGBA", "RGBa", "LA") for order in ("L", "B", "N")
)
_EXCHANGED = {"L": "B", "B": "L", "N": "B" if sys.byteorder == "little" else "L"}
_NATIVE = {"F;32BF": "F;32NF", "F;64BF": "F;64NF", "I;32BS": "I;32NS", "I;16BS": "I;16NS", "I;32B": "I;32N"}
"""Of a compressed TIFF libtiff has turned the bytes already, and Pillow (13) turns those of these kinds once more."""
_UPPER_ONLY = "of which only the upper ones can be read: convert it to PNG or TIFF of 16 bits"

Values = npt.NDArray[np.int64] | npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class DeepPixels:
    """The values of one image, turned as its orientation says.

    Attributes:
        values: Shape (height, width) or (height, width, 3), as stored: nothing is stretched or inverted.
        alpha: Opacity, 0 ... 255, of shape (height, width); None where every pixel is opaque.
        white_is_low: Whether low values are bright (a TIFF's MinIsWhite).
        info: What Pillow has read beside the pixels.
    """

    values: Values
    alpha: npt.NDArray[np.uint8] | None
    white_is_low: bool
    info: dict[str | tuple[int, int], Any]


@dataclass(frozen=True, eq=False, kw_only=True)
class DeepSummary:
    """What the range of a whole set is found from; transparent pixels don't count.

    Attributes:
        low: Least value; infinity where everything is transparent.
        high: Greatest value; minus infinity where everything is transparent.
        sample: Up to NUM_SAMPLED values.
        floating: Whether values are floating-point.
    """

    low: float
    high: float
    sample: npt.NDArray[np.float64]
    floating: bool


def is_deep(image: Image.Image) -> bool:
    """Say whether an opened image, whose pixels have not been read, has more than 8 bits, or a sign."""
    if image.mode.startswith(("I", "F")):
        return True
    if image.format == "PPM":
        return has_deep_colours(image)
    if image.format == "JPEG2000":
        return depth_of(image).bits > 8
    if _is_deep_sgi(image):
        return True
    if image.format not in ("PNG", "TIFF"):
        return False
    tags = _tags(image)
    if image.format == "TIFF" and tags.get(_PLANAR) == _SEPARATE and max(tags.get(_BITS, (8,))) > 8:
        return True
    return raw_mode(image) in _DEEP_COLOURS or (image.mode == "L" and _sample_format(image) == _SIGNED)


def read_deep(image: Image.Image, again: Callable[[], Image.Image]) -> DeepPixels:
    """Return the values of an opened deep image.

    Args:
        image: The image; is closed by the caller.
        again: Opens it, at the same page, once more.

    Raises:
        UnreadableError: If values are no numbers, or lie in a way that is not read.
    """
    tags = _tags(image)
    if tags.get(_PLANAR) == _SEPARATE and image.mode.startswith(("RGB", "CMYK")):
        raise UnreadableError(
            "its colours of 16 bits lie in planes of their own: save it with interleaved colours"
        )
    white_is_low = tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO
    values = exact(_values(image, again))
    values, alpha = _without_alpha(values, image.info.get("transparency"))
    return DeepPixels(values=values, alpha=alpha, white_is_low=white_is_low, info=dict(image.info))


def exact(stored: npt.NDArray[Any]) -> Values:
    """Return numbers of any kind in 64 bits, whole or floating-point.

    Raises:
        UnreadableError: If some are no numbers, or infinite.
    """
    if stored.dtype.kind != "f":
        return stored.astype(np.int64)
    if not np.isfinite(stored).all():
        raise UnreadableError("holds values that are no numbers, or infinite")
    return stored.astype(np.float64)


def summary_of(pixels: DeepPixels) -> DeepSummary:
    """Return what the set's range is found from."""
    values = pixels.values if pixels.alpha is None else pixels.values[pixels.alpha > 0]
    flat = values.reshape(-1)
    places = np.linspace(0, len(flat) - 1, min(len(flat), NUM_SAMPLED)).astype(int)
    return DeepSummary(
        low=float(flat.min()) if len(flat) else np.inf,
        high=float(flat.max()) if len(flat) else -np.inf,
        sample=flat[places].astype(np.float64),
        floating=values.dtype.kind == "f",
    )


def hash_of(pixels: DeepPixels) -> str:
    """Return a hash of the stored values, which does not depend on the range that the set uses.

    Values that all are 257 times one of 8 bits, as programs write that widen an image, have the hash of that image.
    """
    values = pixels.values
    if values.ndim == 3 and bool((values == values[..., :1]).all()):
        values = values[..., 0]
    parts = [] if pixels.alpha is None else [pixels.alpha.tobytes()]
    if values.dtype.kind == "i" and values.min() >= 0 and values.max() <= 0xFFFF and not (values % 257).any():
        narrow = (values // 257).astype(np.uint8)
        narrow = 255 - narrow if pixels.white_is_low else narrow
        return digest(repr(narrow.shape).encode(), narrow.tobytes(), *parts)
    what = (values.shape, values.dtype.kind, pixels.white_is_low)
    return digest(repr(what).encode(), values.astype("<f8" if what[1] == "f" else "<i8").tobytes(), *parts)


def _tags(image: Image.Image) -> Any:
    return getattr(image, "tag_v2", {}) if image.format == "TIFF" else {}


def _sample_format(image: Image.Image) -> int:
    found = _tags(image).get(_SAMPLE_FORMAT, (_UNSIGNED,))
    return int(found[0]) if isinstance(found, tuple) else int(found)


def _turned(image: Image.Image) -> npt.NDArray[Any]:
    image.load()
    return np.asarray(ImageOps.exif_transpose(image))


def _is_deep_sgi(image: Image.Image) -> bool:
    return image.format == "SGI" and isinstance(image, ImageFile.ImageFile) and image.tile[0][0] == "SGI16"


def _values(image: Image.Image, again: Callable[[], Image.Image]) -> Values:
    if has_deep_colours(image):
        return read_deep_colours(image)
    if image.format == "JPEG2000":
        return _of_jpeg2000(image)
    if _is_deep_sgi(image):
        raise UnreadableError(f"has 16 bits, {_UPPER_ONLY}")
    kind = raw_mode(image)
    return _coloured(image, again, kind) if kind in _DEEP_COLOURS else _grey(image)


def _of_jpeg2000(image: Image.Image) -> Values:
    depth = depth_of(image)
    if depth.bits > 16 or not image.mode.startswith("I"):
        raise UnreadableError(f"has {depth.bits} bits, {_UPPER_ONLY}")
    values = _grey(image).astype(np.int64) >> (16 - depth.bits)
    return values - 2 ** (depth.bits - 1) if depth.signed else values


def _grey(image: Image.Image) -> Values:
    sample_format, mode, kind = _sample_format(image), image.mode, raw_mode(image)
    if kind in _NATIVE and isinstance(image, ImageFile.ImageFile) and image.tile[0][0] == "libtiff":
        unpack_as(image, _NATIVE[kind])
    values = _turned(image)
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    if mode == "L":
        return values.view(np.int8).astype(np.int64)
    if mode == "I" and _tags(image).get(_BITS) == (32,) and sample_format == _UNSIGNED:
        return values.view(np.uint32).astype(np.int64)
    return values.astype(np.int64)


def _coloured(image: Image.Image, again: Callable[[], Image.Image], raw: str) -> Values:
    """Return values of 16 bits, shape (height, width, 2 to 4): grey or red, green, blue, then opacity."""
    kind, order = raw[:-1], raw[-1]
    if kind == "LA;16":  # two values of two bytes are unpacked as if they were four of one
        unpack_as(image, "RGBA")
        four = _turned(image).astype(np.int64)
        upper, lower = (four[..., 0::2], four[..., 1::2])
        return upper * 256 + lower if order == "B" else lower * 256 + upper
    plain = kind.replace("RGBa", "RGBA")  # else Pillow divides by an opacity of 8 bits
    unpack_as(image, plain + order)
    upper = _turned(image).astype(np.int64)
    with again() as second:
        unpack_as(second, plain + _EXCHANGED[order])
        lower = _turned(second).astype(np.int64)
    values: Values = upper * 256 + lower
    if "RGBa" in kind:
        alpha = np.maximum(values[..., 3:], 1)
        values[..., :3] = np.minimum((values[..., :3] * 0xFFFF + alpha // 2) // alpha, 0xFFFF)
    return values


def _without_alpha(values: Values, transparency: object) -> tuple[Values, npt.NDArray[np.uint8] | None]:
    """Return colours, and opacity where it is not full: of the last channel, or of the value that is transparent."""
    alpha: npt.NDArray[Any] | None = None
    if values.ndim == 3 and values.shape[2] in (2, 4):
        alpha = ((values[..., -1] + 128) // 257).astype(np.uint8)
        values = values[..., 0] if values.shape[2] == 2 else values[..., :3]
    elif isinstance(transparency, int | tuple):
        clear = values == np.asarray(transparency)
        clear = clear.all(axis=2) if clear.ndim == 3 else clear
        alpha = np.where(clear, 0, 255).astype(np.uint8)
    if alpha is not None and alpha.min() == 255:
        alpha = None
    return values, alpha
