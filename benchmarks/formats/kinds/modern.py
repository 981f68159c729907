"""HEIC and AVIF files."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image

from benchmarks.formats.colour_profiles import DISPLAY_P3, rgb_profile
from benchmarks.formats.kinds.jpeg import from_display_p3, oriented, stored_for
from benchmarks.formats.kinds.kind import (
    LOSSY,
    Expected,
    Kind,
    Pixels,
    deep,
    hole,
    picture,
    saved,
    see_through,
)


def moderns() -> Iterator[Kind]:
    """Yield the kinds of HEIC and AVIF."""
    yield from _heics()
    yield from _avifs()


def _heic(image: Image.Image | list[Image.Image], **options: Any) -> bytes:
    images = image if isinstance(image, list) else [image]
    file = pillow_heif.HeifFile()
    for each in images:
        file.add_from_pillow(each)
    return _stored(file, **options)


def _stored(file: pillow_heif.HeifFile, **options: Any) -> bytes:
    buffer = io.BytesIO()
    file.save(buffer, quality=-1, chroma=444, **options)
    return buffer.getvalue()


def _lossy(name: str, file: str, content: bytes, values: np.ndarray, **more: object) -> Kind:
    expected = Expected(values=values, tolerance=LOSSY, **more)
    return Kind(name=name, file=file, content=content, expected=expected)


def _heics() -> Iterator[Kind]:
    yield _lossy("HEIC", "heic.heic", _heic(Image.fromarray(picture(160))), picture(160))
    colours = picture(161)
    content = _heic(Image.fromarray(np.dstack([colours, hole()])))
    shown = see_through(colours, tolerance=LOSSY)
    yield Kind(name="HEIC with alpha", file="heic_alpha.heic", content=content, expected=shown)
    image = Image.fromarray(picture(247))
    image.info["icc_profile"] = rgb_profile(DISPLAY_P3, gamma=2.2)
    yield _lossy(
        "HEIC, Display P3 profile", "heic_display_p3.heic", _heic(image), from_display_p3(picture(247))
    )
    yield _lossy("HEIC, orientation 6", "heic_orientation_6.heic", _on_its_side(picture(162)), picture(162))
    values = deep(169)
    file = pillow_heif.HeifFile()
    file.add_frombytes("L;16", (values.shape[1], values.shape[0]), values.astype(np.uint16).tobytes())
    yield _lossy("HEIC, grey, 10 bits", "heic_grey_10_bits.heic", _stored(file), values, deep=True)
    values = np.stack([deep(163), deep(164)[::-1], deep(165)[:, ::-1]], axis=-1)
    yield _lossy("HEIC, 10 bits", "heic_10_bits.heic", _ten_bits(values), values, deep=True)
    pictures = [Image.fromarray(picture(seed)) for seed in (166, 167)]
    content = _heic(pictures, primary_index=0)
    yield _lossy("HEIC, two pictures", "heic_two.heic", content, picture(166), several=2)
    content = _heic(Image.fromarray(picture(168)))
    yield Kind(
        name="HEIC, cut short", file="heic_cut.heic", content=content[: len(content) // 2], expected=None
    )


def _on_its_side(shown: Pixels) -> bytes:
    stored, file = stored_for(6, shown), pillow_heif.HeifFile()
    image = file.add_frombytes("RGB", (stored.shape[1], stored.shape[0]), stored.tobytes())
    image.info["exif"] = oriented(6).tobytes()
    return _stored(file)


def _ten_bits(values: np.ndarray) -> bytes:
    file = pillow_heif.HeifFile()
    height, width = values.shape[:2]
    file.add_frombytes("RGB;16", (width, height), values.astype(np.uint16).tobytes())
    return _stored(file)


def _avifs() -> Iterator[Kind]:
    options: dict[str, Any] = {"quality": 100, "subsampling": "4:4:4"}
    yield _lossy("AVIF", "avif.avif", saved(picture(170), "AVIF", **options), picture(170))
    colours = picture(171)
    content = saved(np.dstack([colours, hole()]), "AVIF", **options)
    shown = see_through(colours, tolerance=LOSSY)
    yield Kind(name="AVIF with alpha", file="avif_alpha.avif", content=content, expected=shown)
    content = saved(stored_for(6, picture(172)), "AVIF", exif=oriented(6), **options)
    yield _lossy("AVIF, orientation 6", "avif_orientation_6.avif", content, picture(172))
    content = saved(picture(248), "AVIF", icc_profile=rgb_profile(DISPLAY_P3, gamma=2.2), **options)
    yield _lossy("AVIF, Display P3 profile", "avif_display_p3.avif", content, from_display_p3(picture(248)))
    frames = [Image.fromarray(picture(seed)) for seed in (173, 174)]
    content = saved(frames[0], "AVIF", save_all=True, append_images=frames[1:], **options)
    yield _lossy("AVIF, animated", "avif_animated.avif", content, picture(173), several=2)
