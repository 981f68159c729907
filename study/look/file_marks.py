"""Marks of an image's file that have nothing to do with what it shows: type, size, compression, camera, date."""

from dataclasses import dataclass
from io import SEEK_END
from typing import Any

import numpy as np
from PIL import ExifTags, Image

_WITH_EXIF = frozenset(("JPEG", "MPO", "TIFF", "WEBP", "HEIF", "AVIF"))
"""Types whose EXIF block is read without decoding the pixels."""
_LUMINANCE_AT_50 = np.array(
    (
        *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
        *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
        *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
        *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
    ),
    dtype=np.float64,
)
"""The table of ITU-T T.81, annex K, that libjpeg scales by its quality."""


@dataclass(frozen=True, kw_only=True)
class FileMarks:
    """What a file says beside its pixels; None where it says nothing.

    Attributes:
        type: Pillow's name of the file's type, such as JPEG; "none" for an image without a file.
        mode: Pillow's name of the stored channels, such as RGB.
        num_bytes: Size of the file.
        jpeg_quality: As libjpeg counts it, about 1 to 100; of other encoders' tables the nearest.
        camera: Make and model.
        taken: The date and time that the camera wrote, as text.
    """

    type: str
    mode: str
    num_bytes: int | None
    jpeg_quality: int | None
    camera: str | None
    taken: str | None


def file_marks(image: Image.Image) -> FileMarks:
    """Return the marks of an opened image, whose pixels have not been read."""
    exif: Any = image.getexif() if image.format in _WITH_EXIF else {}
    names = (_text(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
    return FileMarks(
        type=image.format or "none",
        mode=image.mode,
        num_bytes=_num_bytes(image),
        jpeg_quality=_jpeg_quality(getattr(image, "quantization", None)),
        camera=" ".join(filter(None, names)) or None,
        taken=_text(exif.get(ExifTags.Base.DateTime)) or None,
    )


def _text(value: object) -> str:
    return "" if value is None else str(value).replace("\0", "").strip()[:60]


def _num_bytes(image: Image.Image) -> int | None:
    file = getattr(image, "fp", None)
    if file is None:
        return None
    place = file.tell()
    end: int = file.seek(0, SEEK_END)
    file.seek(place)
    return end


def _jpeg_quality(tables: dict[int, list[int]] | None) -> int | None:
    if not tables or len(tables.get(0, ())) != 64:
        return None
    scale = 100 * float(np.mean(np.array(tables[0]) / _LUMINANCE_AT_50))
    quality = (200 - scale) / 2 if scale <= 100 else 5000 / scale
    return round(min(100.0, max(1.0, quality)))
