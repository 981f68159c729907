"""PNG files: depths, palettes, transparency, interlacing, colours, animation."""

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image, PngImagePlugin

from benchmarks.formats.by_hand import png
from benchmarks.formats.colour_profiles import ADOBE_RGB, rgb_profile, srgb_of
from benchmarks.formats.kinds.jpeg import oriented, stored_for
from benchmarks.formats.kinds.kind import (
    HEIGHT,
    WIDTH,
    Expected,
    Kind,
    Pixels,
    deep,
    grey,
    half_clear,
    hole,
    picture,
    saved,
    see_through,
    with_clear_colour,
)

_EVERY_SECOND = (
    (0, 0, 8, 8),
    (0, 4, 8, 8),
    (4, 0, 8, 4),
    (0, 2, 4, 4),
    (2, 0, 4, 2),
    (0, 1, 2, 2),
    (1, 0, 2, 1),
)
"""Adam7: first row, first column, and steps of each pass."""


def pngs() -> Iterator[Kind]:
    """Yield the kinds of PNG."""
    yield from _few_bits()
    yield from _sixteen_bits()
    yield from _transparent()
    yield from _coloured()
    content = saved(picture(69), "PNG")
    damaged = bytearray(content)
    damaged[content.index(b"IDAT") + 400] ^= 4
    yield Kind(
        name="PNG, a flipped bit in its pixels", file="png_damaged.png", content=bytes(damaged), expected=None
    )
    yield Kind(name="PNG, cut short", file="png_cut.png", content=content[: len(content) // 2], expected=None)


def _exact(name: str, file: str, content: bytes, values: np.ndarray, **more: object) -> Kind:
    return Kind(name=name, file=f"{file}.png", content=content, expected=Expected(values=values, **more))


def packed(levels: Pixels, bits: int) -> Pixels:
    """Return levels of a few bits, several in a byte, the first one in its upper bits."""
    parts = levels.reshape(levels.shape[0], -1, 8 // bits).astype(np.uint8)
    out = np.zeros(parts.shape[:2], dtype=np.uint8)
    for place in range(8 // bits):
        out |= parts[..., place] << (8 - bits * (place + 1))
    return out


def _few_bits() -> Iterator[Kind]:
    for bits in (1, 2, 4):
        levels = grey(40 + bits) >> (8 - bits)
        shown = (levels.astype(int) * 255 // (2**bits - 1)).astype(np.uint8)
        yield _exact(
            f"PNG, grey, {bits} bit", f"png_grey_{bits}", png(packed(levels, bits), bits=bits), shown
        )
    yield _exact("PNG, grey, 8 bit", "png_grey_8", png(grey(45)), grey(45))
    yield _exact("PNG", "png", png(picture(46)), picture(46))
    image = Image.fromarray(picture(47)).quantize(16)
    yield _exact("PNG, palette", "png_palette", saved(image, "PNG"), np.asarray(image.convert("RGB")))
    yield _exact("PNG, interlaced", "png_interlaced", _interlaced(picture(48)), picture(48))


def _interlaced(pixels: Pixels) -> bytes:
    rows = b"".join(
        b"\0" + row.tobytes()
        for top, left, down, right in _EVERY_SECOND
        for row in pixels[top::down, left::right]
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 1)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def _sixteen_bits() -> Iterator[Kind]:
    values = deep(50)
    yield _exact("PNG, grey, 16 bit", "png_grey_16", png(values.astype(np.uint16)), values, deep=True)
    values = deep(51, high=4095)
    yield _exact("PNG, 12 bits in 16", "png_grey_12", png(values.astype(np.uint16)), values, deep=True)
    values = np.stack([deep(52), deep(53)[::-1], deep(54)[:, ::-1]], axis=-1)
    yield _exact("PNG, RGB, 16 bit", "png_rgb_16", png(values.astype(np.uint16)), values, deep=True)


def _transparent() -> Iterator[Kind]:
    colours = picture(55)
    yield Kind(
        name="PNG, RGBA",
        file="png_rgba.png",
        content=png(np.dstack([colours, hole()])),
        expected=see_through(colours),
    )
    colours = picture(59)
    alpha, shown = half_clear(colours)
    content = png(np.dstack([colours, alpha]))
    yield Kind(name="PNG, half transparent", file="png_half.png", content=content, expected=shown)
    levels = grey(56)
    yield Kind(
        name="PNG, grey with alpha",
        file="png_grey_alpha.png",
        content=png(np.dstack([levels, hole()])),
        expected=see_through(np.dstack([levels] * 3)),
    )
    clear = with_clear_colour(58)
    yield Kind(
        name="PNG, palette with a clear colour (tRNS)",
        file="png_palette_clear.png",
        content=saved(clear, "PNG", transparency=15),
        expected=see_through(np.asarray(clear.convert("RGB"))),
    )
    colours = picture(57)
    colours[hole() == 0] = (1, 2, 3)
    yield Kind(
        name="PNG, RGB with a clear colour (tRNS)",
        file="png_rgb_clear.png",
        content=png(colours, chunks=((b"tRNS", struct.pack(">3H", 1, 2, 3)),)),
        expected=see_through(colours),
    )


def _coloured() -> Iterator[Kind]:
    plain = picture(60)
    gamma = (np.rint(255 * (plain / 255) ** (1 / 2.2 / 1.0)).astype(np.uint8),)
    chunk = (b"gAMA", struct.pack(">I", 100000))
    yield _exact(
        "PNG, gamma 1 (gAMA)", "png_gamma", png(plain, chunks=(chunk,)), plain, also=gamma, tolerance=3
    )
    plain = picture(61)
    shown = np.rint(srgb_of(plain, ADOBE_RGB, 2.2)).astype(np.uint8)
    content = saved(plain, "PNG", icc_profile=rgb_profile(ADOBE_RGB, gamma=2.2))
    yield _exact("PNG, Adobe RGB profile (iCCP)", "png_adobe_rgb", content, shown, tolerance=3)
    shown = picture(62)
    content = saved(stored_for(6, shown), "PNG", exif=oriented(6))
    yield _exact("PNG, orientation 6 (eXIf)", "png_orientation_6", content, shown)
    frames = [Image.fromarray(picture(seed)) for seed in (63, 64, 65)]
    content = saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    yield _exact("PNG, animated (APNG)", "png_animated", content, picture(63), several=3)
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "a long story " * 40, zip=True)
    yield _exact("PNG with text", "png_text", saved(picture(66), "PNG", pnginfo=notes), picture(66))
