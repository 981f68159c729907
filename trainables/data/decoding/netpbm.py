"""Colours of more than 8 bits in PPM files, of which Pillow keeps the upper 8."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile

from trainables.data.sources.errors import UnreadableError

_MOST = 0xFFFF
_COMMENT = re.compile(rb"#[^\r\n]*")


def has_deep_colours(image: Image.Image) -> bool:
    """Say whether an opened image is a PPM whose greatest level is above 255."""
    return image.format == "PPM" and image.mode == "RGB" and _greatest(image) > 0xFF


def read_deep_colours(image: Image.Image) -> npt.NDArray[np.int64]:
    """Return the colours of such a file, shape (height, width, 3), stretched to 0 ... 65535 as Pillow does with grey.

    Raises:
        UnreadableError: If the file ends early, or holds levels that are greater than it says.
    """
    assert isinstance(image, ImageFile.ImageFile)
    assert image.fp is not None
    most, num = _greatest(image), image.width * image.height * 3
    image.fp.seek(image.tile[0][2])
    if image.tile[0][0] == "ppm_plain":
        levels = np.array(_COMMENT.sub(b"", image.fp.read()).split()[:num], dtype=np.int64)
    else:
        content = image.fp.read(2 * num)
        levels = np.frombuffer(content[: len(content) // 2 * 2], dtype=">u2").astype(np.int64)
    if len(levels) < num:
        raise UnreadableError(f"ends after {len(levels)} of {num} levels")
    if levels.min() < 0 or levels.max() > most:
        raise UnreadableError(f"holds levels beyond 0 ... {most}, which it says they are in")
    return ((levels * _MOST + most // 2) // most).reshape(image.height, image.width, 3)


def _greatest(image: Image.Image) -> int:
    tile: Any = image.tile[0] if isinstance(image, ImageFile.ImageFile) and image.tile else None
    return int(tile[3][1]) if tile is not None and tile[0] in ("ppm", "ppm_plain") else 0xFF
