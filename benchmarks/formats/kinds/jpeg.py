"""JPEG files: coding, colours, profiles, orientation, and what breaks."""

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageCms

from benchmarks.formats.colour_profiles import ADOBE_RGB, DISPLAY_P3, SRGB, grey_profile, rgb_profile, srgb_of
from benchmarks.formats.kinds.kind import LOSSY, Expected, Kind, Pixels, grey, picture, saved

ORIENTATION = 274


def jpegs() -> Iterator[Kind]:
    """Yield the kinds of JPEG."""
    yield from _coded()
    yield from _profiled()
    yield from _turned()
    yield from _broken()


def stored_for(orientation: int, shown: Pixels) -> Pixels:
    """Return the pixels that a file of this orientation stores to show a picture.

    Source: EXIF 2.3, tag 274.
    """
    across = shown.swapaxes(0, 1)
    return {
        1: shown,
        2: shown[:, ::-1],
        3: shown[::-1, ::-1],
        4: shown[::-1],
        5: across,
        6: np.rot90(shown, 1),
        7: across[::-1, ::-1],
        8: np.rot90(shown, -1),
    }[orientation].copy()


def oriented(orientation: int) -> Image.Exif:
    """Return EXIF data that state an orientation."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return exif


def _jpeg(pixels: Pixels | Image.Image, **options: object) -> bytes:
    return saved(pixels, "JPEG", **({"quality": 95, "subsampling": 0} | options))


def _lossy(name: str, file: str, content: bytes, values: Pixels) -> Kind:
    return Kind(
        name=name, file=f"{file}.jpg", content=content, expected=Expected(values=values, tolerance=LOSSY)
    )


def _coded() -> Iterator[Kind]:
    plain = picture(1)
    yield _lossy("JPEG", "jpeg", _jpeg(plain), plain)
    plain = picture(2)
    yield _lossy("JPEG, progressive", "jpeg_progressive", _jpeg(plain, progressive=True), plain)
    plain = picture(3)
    yield _lossy("JPEG, colours at half size", "jpeg_420", _jpeg(plain, subsampling=2), plain)
    yield _lossy("JPEG, grey", "jpeg_grey", _jpeg(grey(4)), grey(4))
    plain = picture(5)
    yield _lossy("JPEG, stored as RGB", "jpeg_rgb", _jpeg(plain, keep_rgb=True), plain)
    ink = np.dstack([255 - picture(6), np.zeros_like(grey(6))])
    yield _lossy("JPEG, CMYK", "jpeg_cmyk", _jpeg(Image.fromarray(ink, "CMYK")), picture(6))
    yield _twelve_bits()


def _twelve_bits() -> Kind:
    import imagecodecs

    from benchmarks.formats.kinds.kind import deep

    values = deep(7, high=4095)
    content = imagecodecs.jpeg8_encode(values.astype(np.uint16), level=98, bitspersample=12)
    return Kind(
        name="JPEG, 12 bits",
        file="jpeg_12_bits.jpg",
        content=content,
        expected=Expected(values=values, deep=True, tolerance=LOSSY),
    )


def _profiled() -> Iterator[Kind]:
    for number, (name, space, gamma) in enumerate(
        (("Adobe RGB", ADOBE_RGB, 2.2), ("Display P3", DISPLAY_P3, 2.2), ("sRGB", SRGB, None))
    ):
        plain = picture(10 + number)
        profile = (
            ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
            if gamma is None
            else rgb_profile(space, gamma=gamma)
        )
        shown = plain if gamma is None else np.rint(srgb_of(plain, space, gamma)).astype(np.uint8)
        file = f"jpeg_{name.lower().replace(' ', '_')}"
        yield _lossy(f"JPEG, {name} profile", file, _jpeg(plain, icc_profile=profile), shown)
    plain = grey(13)
    linear = (plain / 255) ** 1.8
    shown = 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    content = _jpeg(plain, icc_profile=grey_profile(gamma=1.8))
    yield _lossy("JPEG, grey profile", "jpeg_grey_profile", content, np.rint(shown).astype(np.uint8))


def from_display_p3(pixels: Pixels) -> Pixels:
    """Return the sRGB levels of a picture in Display P3."""
    return np.rint(srgb_of(pixels, DISPLAY_P3, 2.2)).astype(np.uint8)


def _turned() -> Iterator[Kind]:
    for orientation in range(1, 9):
        shown = picture(20 + orientation)
        content = _jpeg(stored_for(orientation, shown), exif=oriented(orientation))
        yield _lossy(f"JPEG, orientation {orientation}", f"jpeg_orientation_{orientation}", content, shown)


def _broken() -> Iterator[Kind]:
    content = _jpeg(picture(30))
    yield Kind(
        name="JPEG, cut short", file="jpeg_cut.jpg", content=content[: len(content) * 6 // 10], expected=None
    )
    yield Kind(
        name="JPEG, data missing before its end mark",
        file="jpeg_missing.jpg",
        content=content[: len(content) * 6 // 10] + b"\xff\xd9",
        expected=None,
    )
    first, second = Image.fromarray(picture(31)), Image.fromarray(picture(32))
    content = saved(first, "MPO", save_all=True, append_images=[second], quality=95, subsampling=0)
    yield Kind(
        name="JPEG with a second picture (MPO)",
        file="jpeg_mpo.jpg",
        content=content,
        expected=Expected(values=picture(31), tolerance=LOSSY),
    )
