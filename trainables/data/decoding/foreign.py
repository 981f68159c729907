"""Pictures that other libraries than Pillow open: their size and their pages at once, their values when asked."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from trainables.data.decoding.deep_pixels import DeepPixels

Fresh = Callable[[], Path | BinaryIO]
"""Returns a file anew, as libraries open it: its path, or its bytes."""


class ForeignImage(Image.Image):
    """An opened file of a kind that Pillow does not read, in the place of an opened image.

    Attributes:
        num_pictures: Pages or frames.
        what: What those are called, such as "frames".
        read: Returns the first picture, turned as its orientation says: an image of 8 bits, or values of more. Raises
            nearly anything on broken bytes.
        remarks: What is to be said of it, of `remarks`.
    """

    def __init__(
        self,
        *,
        size: tuple[int, int],
        num_pictures: int,
        what: str,
        read: Callable[[], Image.Image | DeepPixels],
        remarks: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__()
        self._size = size
        self.num_pictures = num_pictures
        self.what = what
        self.read = read
        self.remarks = remarks
