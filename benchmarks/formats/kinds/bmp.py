"""BMP files, most of which Pillow does not write: depths, masks, run lengths, rows from the top."""

import struct
from collections.abc import Iterator

import numpy as np
from PIL import Image

from benchmarks.formats.kinds.kind import (
    HEIGHT,
    WIDTH,
    Expected,
    Kind,
    Pixels,
    hole,
    picture,
    saved,
    see_through,
)
from benchmarks.formats.kinds.png import packed

_PLAIN, _RUNS, _MASKS = 0, 1, 3
_565 = (0xF800, 0x07E0, 0x001F)


def bmps() -> Iterator[Kind]:
    """Yield the kinds of BMP."""
    yield _exact("BMP", "bmp.bmp", saved(picture(100), "BMP"), picture(100))
    image = Image.fromarray(picture(101)).quantize(200)
    yield _exact("BMP, palette", "bmp_palette.bmp", saved(image, "BMP"), np.asarray(image.convert("RGB")))
    image = Image.fromarray(picture(102)).quantize(16)
    content = _bmp(packed(np.asarray(image), 4), bits=4, palette=_palette(image, 16))
    yield _exact("BMP, palette of 4 bits", "bmp_4_bits.bmp", content, np.asarray(image.convert("RGB")))
    image = Image.fromarray(picture(103)).quantize(200)
    content = _bmp(np.asarray(image), bits=8, palette=_palette(image, 256), coding=_RUNS)
    yield _exact("BMP, run lengths (RLE8)", "bmp_rle.bmp", content, np.asarray(image.convert("RGB")))
    yield _sixteen_bits()
    content = _bmp(picture(105)[..., ::-1], bits=24, from_top=True)
    yield _exact("BMP, rows from the top", "bmp_from_top.bmp", content, picture(105))
    colours = picture(106)
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + bytes(52)
    content = _bmp(np.dstack([colours[..., ::-1], hole()]), bits=32, masks=masks, coding=_MASKS)
    yield Kind(
        name="BMP, 32 bits with alpha", file="bmp_alpha.bmp", content=content, expected=see_through(colours)
    )


def _exact(name: str, file: str, content: bytes, values: np.ndarray) -> Kind:
    return Kind(name=name, file=file, content=content, expected=Expected(values=values))


def _palette(image: Image.Image, num: int) -> bytes:
    colours = image.getpalette()
    assert colours is not None
    colours += [0] * (3 * num - len(colours))
    return b"".join(
        bytes((blue, green, red, 0)) for red, green, blue in zip(*[iter(colours[: 3 * num])] * 3, strict=True)
    )


def _sixteen_bits() -> Kind:
    colours = picture(104).astype(int)
    fives, sixes = colours[..., [0, 2]] >> 3, colours[..., 1] >> 2
    words = (fives[..., 0] << 11) | (sixes << 5) | fives[..., 1]
    red, blue = (np.rint(fives[..., place] * 255 / 31) for place in (0, 1))
    shown = np.stack([red, np.rint(sixes * 255 / 63), blue], axis=-1).astype(np.uint8)
    content = _bmp(
        words.astype("<u2").view(np.uint8), bits=16, palette=struct.pack("<3I", *_565), coding=_MASKS
    )
    return Kind(
        name="BMP, 5 + 6 + 5 bits",
        file="bmp_565.bmp",
        content=content,
        expected=Expected(values=shown, tolerance=1),
    )


def _bmp(
    rows: Pixels,
    *,
    bits: int,
    palette: bytes = b"",
    masks: bytes = b"",
    coding: int = _PLAIN,
    from_top: bool = False,
) -> bytes:
    lines = [row.tobytes() for row in (rows if from_top else rows[::-1])]
    if coding == _RUNS:
        body = b"".join(b"".join(bytes((1, level)) for level in line) + b"\0\0" for line in lines) + b"\0\1"
    else:
        body = b"".join(line + bytes(-len(line) % 4) for line in lines)
    start = 14 + 40 + len(palette) + len(masks)
    height = -HEIGHT if from_top else HEIGHT
    header = struct.pack(
        "<IiiHHIIiiII", 40 + len(masks), WIDTH, height, 1, bits, coding, len(body), 2835, 2835, 0, 0
    )
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + header + masks + palette + body
