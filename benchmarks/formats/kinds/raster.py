"""GIF, BMP, WebP, JPEG 2000, Netpbm, icons and other raster files."""

import struct
from collections.abc import Iterator

import numpy as np
from PIL import Image

from benchmarks.formats.colour_profiles import DISPLAY_P3, rgb_profile
from benchmarks.formats.kinds.jpeg import from_display_p3, oriented, stored_for
from benchmarks.formats.kinds.kind import (
    HEIGHT,
    LOSSY,
    WIDTH,
    Expected,
    Kind,
    Pixels,
    deep,
    grey,
    hole,
    picture,
    saved,
    see_through,
    with_clear_colour,
)


def rasters() -> Iterator[Kind]:
    """Yield kinds of raster files beside JPEG, PNG and TIFF."""
    yield from _gifs()
    yield from _webps()
    yield from _jpeg_2000s()
    yield from _netpbm()
    yield from _others()


def _kind(name: str, file: str, content: bytes, values: np.ndarray, **more: object) -> Kind:
    return Kind(name=name, file=file, content=content, expected=Expected(values=values, **more))


def _gifs() -> Iterator[Kind]:
    image = Image.fromarray(picture(70)).quantize(64)
    yield _kind("GIF", "gif.gif", saved(image, "GIF"), np.asarray(image.convert("RGB")))
    image = Image.fromarray(picture(71)).quantize(64)
    content = saved(image, "GIF", interlace=True)
    yield _kind("GIF, interlaced", "gif_interlaced.gif", content, np.asarray(image.convert("RGB")))
    clear = with_clear_colour(72)
    content = saved(clear, "GIF", transparency=15)
    shown = see_through(np.asarray(clear.convert("RGB")))
    yield Kind(name="GIF with a clear colour", file="gif_clear.gif", content=content, expected=shown)
    frames = [Image.fromarray(picture(seed)).quantize(64) for seed in (73, 74, 75)]
    content = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    yield _kind("GIF, animated", "gif_animated.gif", content, np.asarray(frames[0].convert("RGB")), several=3)


def _webps() -> Iterator[Kind]:
    yield _kind(
        "WebP, lossless", "webp_lossless.webp", saved(picture(76), "WEBP", lossless=True), picture(76)
    )
    content = saved(picture(77), "WEBP", quality=95)
    yield _kind("WebP, lossy", "webp_lossy.webp", content, picture(77), tolerance=LOSSY)
    colours = picture(78)
    content = saved(np.dstack([colours, hole()]), "WEBP", lossless=True, exact=True)
    yield Kind(name="WebP with alpha", file="webp_alpha.webp", content=content, expected=see_through(colours))
    frames = [Image.fromarray(picture(seed)) for seed in (79, 80)]
    content = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    yield _kind("WebP, animated", "webp_animated.webp", content, picture(79), several=2)
    colours = picture(240)
    content = saved(np.dstack([colours, hole()]), "WEBP", quality=95, exact=True)
    shown = see_through(colours, tolerance=LOSSY)
    yield Kind(name="WebP, lossy with alpha", file="webp_lossy_alpha.webp", content=content, expected=shown)
    content = saved(picture(241), "WEBP", lossless=True, icc_profile=rgb_profile(DISPLAY_P3, gamma=2.2))
    values = from_display_p3(picture(241))
    yield _kind("WebP, Display P3 profile", "webp_display_p3.webp", content, values, tolerance=3)
    content = saved(stored_for(6, picture(81)), "WEBP", lossless=True, exif=oriented(6))
    yield _kind("WebP, orientation 6", "webp_orientation_6.webp", content, picture(81))


def _jpeg_2000s() -> Iterator[Kind]:
    yield _kind("JPEG 2000, lossless", "jpeg2000.jp2", saved(picture(82), "JPEG2000"), picture(82))
    values = deep(83)
    content = saved(Image.fromarray(values.astype(np.uint16)), "JPEG2000")
    yield _kind("JPEG 2000, grey, 16 bit", "jpeg2000_16.jp2", content, values, deep=True)
    content = saved(picture(84), "JPEG2000", no_jp2=True)
    yield _kind("JPEG 2000, bare codestream", "jpeg2000.j2k", content, picture(84))
    colours = picture(242)
    content = saved(np.dstack([colours, hole()]), "JPEG2000")
    shown = see_through(colours)
    yield Kind(name="JPEG 2000 with alpha", file="jpeg2000_alpha.jp2", content=content, expected=shown)


def _netpbm() -> Iterator[Kind]:
    size = f"{WIDTH} {HEIGHT}"
    bits = (grey(85) > 128).astype(np.uint8)
    plain = "\n".join(" ".join(map(str, row)) for row in 1 - bits)
    yield _kind("PBM, plain", "pbm_plain.pbm", f"P1\n# by hand\n{size}\n{plain}\n".encode(), bits * 255)
    packed = np.packbits(1 - bits, axis=1).tobytes()
    yield _kind("PBM", "pbm.pbm", f"P4\n{size}\n".encode() + packed, bits * 255)
    yield _kind("PGM", "pgm.pgm", f"P5\n{size}\n255\n".encode() + grey(86).tobytes(), grey(86))
    levels = deep(87, high=100)
    shown = np.rint(levels * 2.55).astype(np.uint8)
    content = f"P5\n{size}\n100\n".encode() + levels.astype(np.uint8).tobytes()
    yield _kind("PGM, greatest level 100", "pgm_100.pgm", content, shown, tolerance=1)
    values = deep(88)
    content = f"P5\n{size}\n65535\n".encode() + values.astype(">u2").tobytes()
    yield _kind("PGM, 16 bit", "pgm_16.pgm", content, values, deep=True)
    yield _kind("PPM", "ppm.ppm", f"P6\n{size}\n255\n".encode() + picture(89).tobytes(), picture(89))
    values = np.stack([deep(90), deep(91)[::-1], deep(92)[:, ::-1]], axis=-1)
    content = f"P6\n{size}\n65535\n".encode() + values.astype(">u2").tobytes()
    yield _kind("PPM, 16 bit", "ppm_16.ppm", content, values, deep=True)
    floats = deep(93) / 65535
    content = f"Pf\n{size}\n-1.0\n".encode() + floats[::-1].astype("<f4").tobytes()
    yield _kind("PFM, grey", "pfm.pfm", content, floats, deep=True)


def _others() -> Iterator[Kind]:
    content = saved(picture(94), "ICO", sizes=[(WIDTH, HEIGHT)])
    yield _kind("ICO", "icon.ico", content, picture(94))
    for number, (kind, ending) in enumerate((("TGA", "tga"), ("PCX", "pcx"), ("SGI", "sgi"), ("QOI", "qoi"))):
        plain = picture(95 + number)
        yield _kind(kind, f"{kind.lower()}.{ending}", saved(plain, kind), plain)
    colours = picture(243)
    for kind in ("ICO", "TGA"):
        options = {"sizes": [(WIDTH, HEIGHT)]} if kind == "ICO" else {}
        content = saved(np.dstack([colours, hole()]), kind, **options)
        file = f"{kind.lower()}_alpha.{kind.lower()}"
        yield Kind(name=f"{kind} with alpha", file=file, content=content, expected=see_through(colours))
        colours = picture(244)
    image = Image.fromarray(picture(245)).quantize(64)
    yield _kind("TGA, palette", "tga_palette.tga", saved(image, "TGA"), np.asarray(image.convert("RGB")))
    yield _kind("DDS", "dds.dds", saved(picture(246), "DDS"), picture(246))
    yield _kind("PSD, flat", "psd.psd", _psd(picture(99)), picture(99))


def _psd(pixels: Pixels) -> bytes:
    head = b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, HEIGHT, WIDTH, 8, 3)
    planes = pixels.transpose(2, 0, 1).tobytes()
    return head + struct.pack(">III", 0, 0, 0) + struct.pack(">H", 0) + planes
