"""Preprocessing of one file for a trained network: the very pixels that training would have stored of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from trainables.data.decoding.decode import Bytes, Reading, decode, decode_deep, to_grey
from trainables.data.decoding.opening import open_file
from trainables.data.decoding.window import Window
from trainables.data.sources.errors import UnreadableError
from trainables.data.sources.pool import EMPTY_FILE, RawImage
from trainables.data.sources.source import Background, FitToSquare, Pages

ALL_OF_16_BITS = (0, 0xFFFF)
"""A window in which white is what it is in an image of 8 bits."""


@dataclass(frozen=True, kw_only=True)
class Preprocessing:
    """How a file becomes a square of pixels: as the training images did.

    Attributes:
        image_size: Side of the square, in pixels.
        channels: 1 (grey) or 3 (RGB).
        fit: How an image that is no square becomes one, see `data.decoding.fitting`.
        background: Shown where an image is transparent, and beside one that is padded.
        pages: What is done with files of several pages or frames.
        window: The values that become 0 and 255 in images of more than 8 bits; None where training had no such image,
            and nobody knows.
        reads_8_bit: Whether an image of 8 bits is read where there is a window: only a window that was stated, or
            that is all of 16 bits, says what white is in both.
    """

    image_size: int
    channels: int
    fit: FitToSquare
    background: Background
    pages: Pages
    window: tuple[float, float] | None
    reads_8_bit: bool

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Preprocessing":
        """Return what `dataclasses.asdict` made a mapping of, also where JSON has made lists of its tuples."""
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()
        }
        return cls(**values)


def square_of(file: Path, how: Preprocessing) -> Bytes:
    """Return a file's pixels as the network takes them, uint8 of shape (channels, size, size).

    Raises:
        UnreadableError: If the file cannot be decoded, or is of a depth whose levels training has not seen.
    """
    raw = _raw_image(file)
    reading = Reading(background=how.background, pages=how.pages, fit=how.fit)
    square = np.empty((1, how.image_size, how.image_size, 3), dtype=np.uint8)
    decoded = decode(raw, out=square[0], reading=reading)
    if decoded.deep is not None:
        decoded = decode_deep(raw, out=square[0], reading=reading, window=_window(how))
    elif not how.reads_8_bit:
        raise UnreadableError("has 8 bits, and the images of training had more: what is white is not known")
    if how.channels == 1:
        square = square[..., :1] if decoded.grey else to_grey(square)
    return np.ascontiguousarray(square[0].transpose(2, 0, 1))


def _raw_image(file: Path) -> RawImage:
    try:
        empty = file.stat().st_size == 0
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error
    return RawImage(id=str(file), open=partial(open_file, file), content=EMPTY_FILE if empty else "", label=0)


def _window(how: Preprocessing) -> Window:
    if how.window is None:
        raise UnreadableError(
            "has more than 8 bits, and the images of training had not: what is white is not known; convert it to 8 bits"
        )
    low, high = how.window
    return Window(low=low, high=high, why="that of training")
