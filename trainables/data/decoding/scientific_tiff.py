"""TIFF files that Pillow does not read, by tifffile: floating-point colours, half floats, planes of 16 bits, codecs."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from trainables.data.decoding.deep_pixels import DeepPixels, exact
from trainables.data.decoding.foreign import ForeignImage, Fresh
from trainables.data.sources.errors import UnreadableError

EXTRA = (
    "Pillow does not read this variety: pip install 'lrstudy[tiff]', and it is read where tifffile reads it"
)
_GREY, _COLOURS, _WHITE_IS_ZERO = ("MINISBLACK", "MINISWHITE"), ("RGB", "YCBCR"), "MINISWHITE"
_ORIENTATION = 274


def open_tiff(fresh: Fresh) -> Image.Image:
    """Return an opened TIFF, whose pixels have not been read.

    Raises:
        UnreadableError: If tifffile is not installed, or the file holds other pixels than grey ones or colours.
    """
    try:
        import tifffile
    except ImportError as error:
        raise UnreadableError(f"TIFF: {EXTRA}") from error
    try:
        with tifffile.TiffFile(fresh()) as file:
            page = file.pages.first
            series = file.series[0]
            _refuse_pixels(page)
            return ForeignImage(
                size=(page.imagewidth, page.imagelength),
                num_pictures=max(1, series.size // page.size),
                what=f"pictures (axes {series.axes})",
                read=lambda: _read(fresh),
            )
    except (tifffile.TiffFileError, TypeError) as error:
        raise UnreadableError(f"TIFF: it may be broken: {error}") from error


def _refuse_pixels(page: Any) -> None:
    kind = page.photometric.name if page.photometric is not None else "that is not told"
    dtype, num = page.dtype, page.samplesperpixel
    if dtype is None or dtype.kind not in "uif":
        raise UnreadableError(f"TIFF: pixels of the kind {dtype or 'that is not told'} are not read")
    if page.imagedepth > 1:
        raise UnreadableError("TIFF: a volume of several slices: split it into files")
    if not ((kind in _GREY and num == 1) or (kind in _COLOURS and num in (3, 4))):
        raise UnreadableError(
            f"TIFF: holds {num} {'channel' if num == 1 else 'channels'} of the kind {kind}: read are 1 of grey, 3 of "
            "colours, and 4 with opacity; save those that count"
        )


def _read(fresh: Fresh) -> Image.Image | DeepPixels:
    import tifffile

    with tifffile.TiffFile(fresh()) as file:
        page: Any = file.pages.first
        _refuse_missing(page, file.filehandle.size)
        try:
            values = page.asarray()
        except ValueError as error:
            raise UnreadableError(f"TIFF: {error}") from error
        if page.samplesperpixel > 1 and page.axes.startswith("S"):
            values = np.moveaxis(values, 0, -1)
        tag = page.tags.get(_ORIENTATION)
        white_is_low = page.photometric.name == _WHITE_IS_ZERO
        values = turned(values, int(tag.value) if tag is not None else 1)
    if values.dtype == np.uint8:
        return Image.fromarray(255 - values if white_is_low else values)
    return _deep(values, white_is_low=white_is_low)


def _refuse_missing(page: Any, num_bytes: int) -> None:
    """Refuse a page of which a strip or tile is cut off, or missing: that one tifffile (2026.3) fills with zeros."""
    parts = list(zip(page.dataoffsets, page.databytecounts, strict=True))
    whole = all(length > 0 and start + length <= num_bytes for start, length in parts)
    if not whole or len(parts) != math.prod(page.chunked):
        raise UnreadableError("TIFF: a part of its pixels is missing: it may be broken")


def turned(stored: npt.NDArray[Any], orientation: int) -> npt.NDArray[Any]:
    """Return stored pixels, shape (h, w) or (h, w, c), as an orientation says that they are shown.

    Source: TIFF 6.0, tag 274.
    """
    across = stored.swapaxes(0, 1)
    shown = {
        2: stored[:, ::-1],
        3: stored[::-1, ::-1],
        4: stored[::-1],
        5: across,
        6: across[:, ::-1],
        7: across[::-1, ::-1],
        8: across[::-1],
    }.get(orientation, stored)
    return np.ascontiguousarray(shown)


def _deep(values: npt.NDArray[Any], *, white_is_low: bool) -> DeepPixels:
    alpha = None
    if values.ndim == 3 and values.shape[2] == 4:
        if values.dtype != np.uint16:
            raise UnreadableError(f"TIFF: colours and opacity of the kind {values.dtype} are not read")
        alpha = ((values[..., 3].astype(np.int64) + 128) // 257).astype(np.uint8)
        values = values[..., :3]
    if alpha is not None and alpha.min() == 255:
        alpha = None
    return DeepPixels(values=exact(values), alpha=alpha, white_is_low=white_is_low, info={})
