"""Files whose names lie, and files that are no images."""

from collections.abc import Iterator

import numpy as np

from benchmarks.formats.kinds.dicom import dataset, stored
from benchmarks.formats.kinds.kind import LOSSY, Expected, Kind, deep, picture, saved


def misnamed() -> Iterator[Kind]:
    """Yield images under other kinds' names, and files without a picture that can be had."""
    yield Kind(
        name="PNG named .jpg",
        file="really_png.jpg",
        content=saved(picture(180), "PNG"),
        expected=Expected(values=picture(180)),
    )
    yield Kind(
        name="JPEG named .PNG",
        file="really_jpeg.PNG",
        content=saved(picture(181), "JPEG", quality=95, subsampling=0),
        expected=Expected(values=picture(181), tolerance=LOSSY),
    )
    yield Kind(
        name="WebP named .jpeg",
        file="really_webp.jpeg",
        content=saved(picture(182), "WEBP", lossless=True),
        expected=Expected(values=picture(182)),
    )
    values = deep(189, high=4095)
    yield Kind(
        name="DICOM named .png",
        file="really_dicom.png",
        content=stored(dataset(values.astype(np.uint16), bits=12)),
        expected=Expected(values=values, deep=True),
    )
    for name, file, content in _no_images():
        yield Kind(name=name, file=file, content=content, expected=None)


def _no_images() -> Iterator[tuple[str, str, bytes]]:
    yield "zero bytes", "empty.jpg", b""
    yield "a text", "text.jpg", b"Image removed by its owner.\n" * 20
    yield "a web page", "page.png", b"<!DOCTYPE html><html><body>404 Not Found</body></html>"
    yield (
        "SVG",
        "drawing.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="48" height="32"><rect width="9" height="9"/></svg>',
    )
    yield "PDF", "page.pdf", saved(picture(183), "PDF")
    yield "EPS", "figure.eps", saved(picture(184), "EPS")
    yield "FITS", "stars.fits", _fits(deep(185).astype(">i4"))
    yield "a film (MP4)", "film.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(300)
    yield from _other_codes()


def _fits(values: np.ndarray) -> bytes:
    cards = [
        "SIMPLE  =                    T",
        "BITPIX  =                   32",
        "NAXIS   =                    2",
    ]
    cards += [f"NAXIS1  = {values.shape[1]:20d}", f"NAXIS2  = {values.shape[0]:20d}", "END"]
    head = "".join(card.ljust(80) for card in cards).encode()
    body = values.tobytes()
    return head + b" " * (-len(head) % 2880) + body + bytes(-len(body) % 2880)


def _other_codes() -> Iterator[tuple[str, str, bytes]]:
    import imagecodecs

    yield "JPEG XL", "jpeg_xl.jxl", imagecodecs.jpegxl_encode(picture(186), lossless=True)
    yield "JPEG-LS", "jpeg_ls.jls", imagecodecs.jpegls_encode(picture(187))
    yield "JPEG XR", "jpeg_xr.jxr", imagecodecs.jpegxr_encode(picture(188))
    yield (
        "Radiance HDR",
        "light.hdr",
        b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 32 +X 48\n" + bytes(32 * 48 * 4),
    )
    yield "OpenEXR", "light.exr", b"\x76\x2f\x31\x01" + bytes(300)
