"""Measures of one image: its file, its light and sharpness, its border, and a small copy to compare it by."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from study.look.file_marks import FileMarks, file_marks
from study.look.similarity.near_duplicates import SIDE
from trainables.data.decoding.decode import Reading, hash_of_pixels, whole_image
from trainables.data.decoding.window import Window
from trainables.data.sources.errors import UnreadableError
from trainables.data.sources.pool import RawImage

JUDGED_SIDE = 256
"""Longer side, in pixels, that an image is shrunk to before its sharpness is judged, so that sizes can be compared."""
BORDER = 2
"""Width of the border, in pixels of the small copy."""

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, eq=False)
class MeasuredImage:
    """One image of a set, measured. Grey levels are 0 ... 255.

    Attributes:
        id: See `RawImage.id`.
        width: In pixels, after rotation.
        height: In pixels, after rotation.
        marks: What its file says.
        pixels_hash: Equal for equal images, see `Decoded.pixels_hash`.
        contrast: Standard deviation of the grey levels.
        darkest: Grey level that 1 % of the pixels are below.
        brightest: Grey level that 1 % of the pixels are above.
        sharpness: Variance of the Laplacian over that of the grey levels; 0 for a plain image.
        border: Mean red, green and blue of the border, and how much its grey levels vary.
        copy: The whole image in grey, squeezed to SIDE x SIDE.
    """

    id: str
    width: int
    height: int
    marks: FileMarks
    pixels_hash: str
    contrast: float
    darkest: float
    brightest: float
    sharpness: float
    border: tuple[float, float, float, float]
    copy: Bytes


def measure(
    raw: RawImage, *, reading: Reading, window: Window | None = None, pixels_hash: str | None = None
) -> MeasuredImage:
    """Return the measures of one image.

    Args:
        raw: The image.
        reading: How files are read.
        window: Of the set's deep images.
        pixels_hash: Of a deep image, whose own values it is of; None for others.

    Raises:
        UnreadableError: If it cannot be decoded; the message says why.
    """
    image = whole_image(raw, reading=reading, window=window)
    try:
        with raw.open() as opened:
            marks = file_marks(opened)
    except Exception as error:  # decoders raise nearly anything on a broken EXIF block
        raise UnreadableError(f"its header: {error}") from error
    grey = image.convert("L")
    small = np.asarray(image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=3.0))
    grey.thumbnail((JUDGED_SIDE, JUDGED_SIDE), Image.Resampling.BILINEAR, reducing_gap=3.0)
    levels = np.asarray(grey)
    darkest, brightest = np.percentile(levels, (1, 99)).tolist()
    return MeasuredImage(
        id=raw.id,
        width=image.width,
        height=image.height,
        marks=marks,
        pixels_hash=hash_of_pixels(image) if pixels_hash is None else pixels_hash,
        contrast=float(levels.std()),
        darkest=darkest,
        brightest=brightest,
        sharpness=_sharpness(levels.astype(np.float32)),
        border=_border(small),
        copy=np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=3.0)),
    )


def _sharpness(levels: npt.NDArray[np.float32]) -> float:
    if min(levels.shape) < 3:
        return 0.0
    inner = levels[1:-1, 1:-1]
    laplacian = levels[:-2, 1:-1] + levels[2:, 1:-1] + levels[1:-1, :-2] + levels[1:-1, 2:] - 4 * inner
    variance = float(levels.var())
    return float(laplacian.var()) / variance if variance > 1 else 0.0


def _border(small: Bytes) -> tuple[float, float, float, float]:
    inside = np.zeros(small.shape[:2], dtype=bool)
    inside[BORDER:-BORDER, BORDER:-BORDER] = True
    rim = small[~inside].astype(np.float32)
    red, green, blue = rim.mean(axis=0).tolist()
    return red, green, blue, float(rim.mean(axis=1).std())
