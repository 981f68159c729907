"""TIFF files: compression, layout, depth, colours, pages."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import tifffile
from PIL import Image, ImageCms

from benchmarks.formats.by_hand import tiff
from benchmarks.formats.colour_profiles import DISPLAY_P3, rgb_profile
from benchmarks.formats.kinds.jpeg import from_display_p3, oriented, stored_for
from benchmarks.formats.kinds.kind import (
    LOSSY,
    WIDTH,
    Expected,
    Kind,
    deep,
    grey,
    hole,
    picture,
    saved,
    see_through,
)
from benchmarks.formats.kinds.png import packed

_ORIENTATION = 274


def tiffs() -> Iterator[Kind]:
    """Yield the kinds of TIFF."""
    yield from _compressed()
    yield from _laid_out()
    yield from _colours()
    yield from _deep()
    yield from _pages()


def written(values: np.ndarray, **options: Any) -> bytes:
    """Return a TIFF as tifffile writes it."""
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, values, **({"metadata": None} | options))
    return buffer.getvalue()


def _exact(name: str, file: str, content: bytes, values: np.ndarray, **more: object) -> Kind:
    return Kind(
        name=f"TIFF, {name}",
        file=f"tiff_{file}.tif",
        content=content,
        expected=Expected(values=values, **more),
    )


def _compressed() -> Iterator[Kind]:
    yield _exact("RGB", "rgb", written(picture(110), photometric="rgb"), picture(110))
    codings = ("tiff_lzw", "tiff_adobe_deflate", "packbits", "zstd", "jpeg")
    for number, coding in enumerate(codings):
        plain = picture(111 + number)
        name = coding.removeprefix("tiff_").removeprefix("adobe_")
        options = {"quality": 95} if coding == "jpeg" else {}
        content = saved(plain, "TIFF", compression=coding, **options)
        yield _exact(name, name, content, plain, tolerance=LOSSY if coding == "jpeg" else 0)
    bits = grey(116) > 128
    content = saved(Image.fromarray(bits), "TIFF", compression="group4")
    yield _exact("1 bit, fax (group 4)", "group4", content, bits.astype(np.uint8) * 255)


def _laid_out() -> Iterator[Kind]:
    content = written(picture(117), photometric="rgb", bigtiff=True)
    yield _exact("BigTIFF", "big", content, picture(117))
    content = written(picture(118), photometric="rgb", byteorder=">")
    yield _exact("big-endian", "big_endian", content, picture(118))
    content = written(picture(119), photometric="rgb", tile=(16, 16))
    yield _exact("tiles", "tiles", content, picture(119))
    planes = np.moveaxis(picture(120), -1, 0)
    content = written(planes, photometric="rgb", planarconfig="separate")
    yield _exact("planes of colour", "planes", content, picture(120))
    shown = picture(121)
    content = saved(stored_for(6, shown), "TIFF", exif=oriented(6))
    yield _exact("orientation 6", "orientation_6", content, shown)


def _colours() -> Iterator[Kind]:
    yield _exact("grey", "grey", written(grey(122)), grey(122))
    yield _exact("white is 0", "white_is_0", written(255 - grey(123), photometric="miniswhite"), grey(123))
    image = Image.fromarray(picture(124)).quantize(64)
    yield _exact("palette", "palette", saved(image, "TIFF"), np.asarray(image.convert("RGB")))
    ink = np.dstack([255 - picture(125), np.zeros_like(grey(125))])
    yield _exact("CMYK", "cmyk", saved(Image.fromarray(ink, "CMYK"), "TIFF"), picture(125))
    colours = picture(126)
    content = written(np.dstack([colours, hole()]), photometric="rgb", extrasamples=["unassalpha"])
    yield Kind(name="TIFF, alpha", file="tiff_alpha.tif", content=content, expected=see_through(colours))
    colours = picture(127)
    clear = np.where(hole()[..., np.newaxis] > 0, colours, np.uint8(0))
    content = written(np.dstack([clear, hole()]), photometric="rgb", extrasamples=["assocalpha"])
    yield Kind(
        name="TIFF, alpha multiplied in",
        file="tiff_alpha_multiplied.tif",
        content=content,
        expected=see_through(colours),
    )
    yield from _more_colours()
    five = np.dstack([picture(128), picture(129)[..., :2]])
    content = written(five, photometric="minisblack", planarconfig="contig")
    yield Kind(name="TIFF, 5 channels", file="tiff_5_channels.tif", content=content, expected=None)


def _more_colours() -> Iterator[Kind]:
    content = saved(picture(249), "TIFF", icc_profile=rgb_profile(DISPLAY_P3, gamma=2.2))
    yield _exact("Display P3 profile", "display_p3", content, from_display_p3(picture(249)), tolerance=3)
    lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    image = ImageCms.applyTransform(Image.fromarray(picture(250)), lab)
    assert image is not None
    yield _exact("Lab", "lab", saved(image, "TIFF"), picture(250), tolerance=LOSSY)
    image = Image.fromarray(picture(251)).convert("YCbCr")
    yield _exact("YCbCr", "ycbcr", saved(image, "TIFF"), picture(251), tolerance=4)
    ink = np.dstack([255 - picture(252), np.zeros_like(grey(252))])
    content = written(np.moveaxis(ink, -1, 0), photometric="separated", planarconfig="separate")
    yield _exact("CMYK, planes of ink", "cmyk_planes", content, picture(252))
    levels = grey(253)
    options = {"photometric": "minisblack", "planarconfig": "contig", "extrasamples": ["unassalpha"]}
    content = written(np.dstack([levels, hole()]), **options)
    shown = see_through(np.dstack([levels] * 3))
    yield Kind(name="TIFF, grey with alpha", file="tiff_grey_alpha.tif", content=content, expected=shown)
    levels = grey(254) >> 4
    content = tiff(packed(levels, 4), tag_258=4, tag_256=WIDTH)
    yield _exact("grey, 4 bit", "grey_4", content, levels * np.uint8(17))


def _deep() -> Iterator[Kind]:
    for number, (name, dtype, low, high) in enumerate(
        (
            ("unsigned, 16 bit", np.uint16, 0, 65535),
            ("12 bits in 16", np.uint16, 0, 4095),
            ("signed, 8 bit", np.int8, -128, 127),
            ("signed, 16 bit", np.int16, -32000, 32000),
            ("unsigned, 32 bit", np.uint32, 0, 4_000_000_000),
            ("signed, 32 bit", np.int32, -2_000_000_000, 2_000_000_000),
        )
    ):
        values = deep(130 + number, low=low, high=high)
        file = name.replace(", ", "_").replace(" ", "_")
        yield _exact(name, file, written(values.astype(dtype)), values, deep=True)
    for number, dtype in enumerate((np.float16, np.float32, np.float64)):
        values = (deep(136 + number) / 65535).astype(dtype)
        bits = np.dtype(dtype).itemsize * 8
        yield _exact(f"float, {bits} bit", f"float_{bits}", written(values), values, deep=True)
    values = np.stack([deep(139), deep(140)[::-1], deep(141)[:, ::-1]], axis=-1)
    content = written(values.astype(np.uint16), photometric="rgb")
    yield _exact("RGB, 16 bit", "rgb_16", content, values, deep=True)
    planes = np.moveaxis(values.astype(np.uint16), -1, 0)
    content = written(planes, photometric="rgb", planarconfig="separate")
    yield _exact("RGB, 16 bit, planes of colour", "rgb_16_planes", content, values, deep=True)
    content = written((values / 65535).astype(np.float32), photometric="rgb")
    yield _exact("RGB, float", "rgb_float", content, (values / 65535).astype(np.float32), deep=True)
    values = deep(142)
    content = written(values.astype(np.uint16), compression="zlib", predictor=True, tile=(16, 16))
    yield _exact("16 bit, tiles, deflate, predictor", "tiles_16", content, values, deep=True)
    floats = (deep(143) / 65535).astype(np.float32)
    content = written(floats, compression="zlib", predictor=True)
    yield _exact("float, deflate, predictor 3", "float_predictor", content, floats, deep=True)
    white = deep(144)
    content = written((65535 - white).astype(np.uint16), photometric="miniswhite")
    yield _exact("16 bit, white is 0", "white_is_0_16", content, 65535 - white, deep=True, white_is_low=True)
    values = deep(145, high=4095)
    yield _exact("12 bits, packed", "packed_12", _twelve_bits(values), values, deep=True)
    values = deep(146) + 1j
    content = written(values.astype(np.complex64))
    yield Kind(name="TIFF, complex", file="tiff_complex.tif", content=content, expected=None)


def _twelve_bits(values: np.ndarray) -> bytes:
    pairs = values.reshape(values.shape[0], -1, 2)
    first, second = pairs[..., 0], pairs[..., 1]
    rows = np.stack([first >> 4, (first & 15) << 4 | second >> 8, second & 255], axis=-1)
    return tiff(rows.reshape(values.shape[0], -1).astype(np.uint8), tag_258=12, tag_256=values.shape[1])


def _pages() -> Iterator[Kind]:
    stack = np.stack([deep(seed).astype(np.uint16) for seed in (147, 148, 149)])
    first = stack[0].astype(int)
    yield _exact("3 pages", "3_pages", written(stack, photometric="minisblack"), first, deep=True, several=3)
    content = written(stack, photometric="minisblack", imagej=True, metadata={"axes": "ZYX"})
    yield _exact("ImageJ, 3 slices", "imagej_slices", content, first, deep=True, several=3)
    content = written(stack, photometric="minisblack", ome=True, metadata={"axes": "CYX"})
    yield _exact("OME, 3 channels", "ome_channels", content, first, deep=True, several=3)
    single = written(stack[1], photometric="minisblack", ome=True, metadata={"axes": "YX"})
    yield _exact("OME, one picture", "ome", single, stack[1].astype(int), deep=True)
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as file:
        file.write(picture(150), photometric="rgb", metadata=None)
        file.write(picture(150)[::2, ::2], photometric="rgb", subfiletype=1, metadata=None)
    yield _exact("with a smaller copy", "pyramid", buffer.getvalue(), picture(150))
