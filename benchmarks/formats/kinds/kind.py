"""One kind of image file, and the pixels that a reader has to find in it."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]

WIDTH, HEIGHT = 48, 32
"""Sides that differ, so that a picture on its side is found out."""
BEHIND = 255
"""Level of the background, white, that shows through what is transparent."""
LOSSY = 20
"""Levels by which lossy coding moves the smooth pictures at most."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Expected:
    """What a file shows.

    Attributes:
        values: Shape (height, width, 3) or (height, width): levels from 0 to 255, turned as the orientation says, in
            sRGB, on white; or, if deep, the values that the file means.
        tolerance: By how many levels a reader may be off.
        deep: Whether values have more than 8 bits, or a sign. Whichever of them become black and white, the levels are
            to lie on one line, or on one that falls where low values are bright.
        white_is_low: Whether low values are bright.
        also: Levels that are as right, such as those on black.
        several: Pages or frames; where there are more than one, the values are those of the first.
    """

    values: npt.NDArray[Any]
    tolerance: int = 0
    deep: bool = False
    white_is_low: bool = False
    also: tuple[Pixels, ...] = ()
    several: int = 1

    @property
    def window(self) -> tuple[float, float]:
        """The least and the greatest value."""
        return float(self.values.min()), float(self.values.max())


@dataclass(frozen=True, eq=False, kw_only=True)
class Kind:
    """A kind of file.

    Attributes:
        name: In words, such as "JPEG, progressive".
        file: Name of the file that is written; unique among all kinds.
        content: The file's bytes.
        expected: None where there is no picture to be had, so that refusing is right.
    """

    name: str
    file: str
    content: bytes
    expected: Expected | None


def picture(seed: int = 0) -> Pixels:
    """Return a smooth picture in colours without any symmetry, shape (HEIGHT, WIDTH, 3); another for every seed."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    shift = seed % 29
    red = 20 + x * 200 / WIDTH + shift
    green = 235 - y * 180 / HEIGHT - (seed // 29) % 23
    blue = 30 + 190 * np.exp(-((x - 12 - seed % 7) ** 2 + (y - 9) ** 2) / 120)
    return np.rint(np.stack([red, green, blue], axis=-1)).astype(np.uint8)


def grey(seed: int = 0) -> Pixels:
    """Return a smooth picture of one channel, shape (HEIGHT, WIDTH)."""
    return picture(seed)[..., 0] // 2 + picture(seed)[..., 2] // 2


def deep(seed: int = 0, *, low: int = 0, high: int = 65535) -> npt.NDArray[np.int64]:
    """Return a smooth picture whose values reach from low to high, shape (HEIGHT, WIDTH)."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    slanted = x * 3.0 + y * (2 + seed % 3) + 40 * np.exp(-((x - 15) ** 2 + (y - 9 - seed % 5) ** 2) / 90)
    slanted -= slanted.min()
    return np.rint(low + slanted / slanted.max() * (high - low)).astype(np.int64)


def saved(pixels: Pixels | Image.Image, kind: str, **options: Any) -> bytes:
    """Return an image as Pillow writes it."""
    buffer = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def on(level: int, colours: Pixels, alpha: Pixels) -> Pixels:
    """Return colours with an opacity of 0 or 255 on a grey background."""
    return np.where(alpha[..., np.newaxis] > 0, colours, np.uint8(level))


def half_clear(colours: Pixels) -> tuple[Pixels, Expected]:
    """Return an opacity that is 128 at the top and 255 below, shape (HEIGHT, WIDTH), and what shows then."""
    alpha = np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)
    alpha[:10] = 128
    share = (alpha / 255)[..., np.newaxis]
    on_white, on_black = (
        np.rint(colours * share + level * (1 - share)).astype(np.uint8) for level in (BEHIND, 0)
    )
    return alpha, Expected(values=on_white, also=(on_black,), tolerance=1)


def hole() -> Pixels:
    """Return an opacity that is 0 in a corner and 255 elsewhere, shape (HEIGHT, WIDTH)."""
    alpha = np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)
    alpha[:10, :14] = 0
    return alpha


def see_through(colours: Pixels, *, tolerance: int = 0) -> Expected:
    """Return what a picture with the hole shows: on white, or as well on black."""
    return Expected(values=on(BEHIND, colours, hole()), also=(on(0, colours, hole()),), tolerance=tolerance)


def with_clear_colour(seed: int) -> Image.Image:
    """Return a picture of a palette whose entry 15, a loud colour that nobody is to see, fills the hole."""
    image = Image.fromarray(picture(seed)).quantize(15)
    indices, palette = np.asarray(image).copy(), image.getpalette()
    assert palette is not None
    indices[hole() == 0] = 15
    clear = Image.fromarray(indices, "P")
    clear.putpalette([*palette[:45], 255, 0, 255])
    return clear
