"""From the colours of a profile that an image carries (Adobe RGB, Display P3, grey, CMYK) to sRGB's."""

import io
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

from trainables.data.decoding.remarks import (
    INK_WITHOUT_PROFILE,
    OTHER_GAMMA,
    PROFILE_CONVERTED,
    PROFILE_IGNORED,
)

_SPACE_OF_MODE = {"RGB": b"RGB ", "L": b"GRAY", "CMYK": b"CMYK"}
_SAME_LEVELS = 2
"""A profile that moves no colour by more, of 255, is sRGB under one of its many names."""
_SRGB_GAMMA = 0.45455
_GAMMA_TOLERANCE = 0.02


@dataclass(frozen=True, kw_only=True)
class _Conversion:
    """What a profile does to an image.

    Attributes:
        remark: None where it changes nothing.
        transform: From its colours to sRGB's; None where there is nothing to do, or for grey levels.
        levels: The level that each of the 256 grey levels becomes; None for other modes.
    """

    remark: str | None = None
    transform: ImageCms.ImageCmsTransform | None = None
    levels: tuple[int, ...] | None = None


def to_srgb(
    image: Image.Image, info: dict[str | tuple[int, int], object]
) -> tuple[Image.Image, frozenset[str]]:
    """Return an image as L or RGB in sRGB, and remarks.

    The intent is relative colorimetric with black point compensation. A profile that is broken, or made for another
    kind of pixels, is ignored. A PNG's gamma (gAMA) is not applied: nothing in this field does.

    Args:
        image: In the mode L, RGB or CMYK.
        info: What Pillow has read beside the pixels.
    """
    profile = info.get("icc_profile")
    if not isinstance(profile, bytes) or not profile:
        return _without_profile(image, info)
    conversion = _conversion(profile, image.mode)
    remarks = frozenset((conversion.remark,)) if conversion.remark else frozenset[str]()
    if conversion.levels is not None:
        return image.point(list(conversion.levels)), remarks
    if conversion.transform is not None:
        converted = ImageCms.applyTransform(image, conversion.transform)
        assert converted is not None
        return converted, remarks
    return (image.convert("RGB") if image.mode == "CMYK" else image), remarks


def _without_profile(
    image: Image.Image, info: dict[str | tuple[int, int], object]
) -> tuple[Image.Image, frozenset[str]]:
    if image.mode == "CMYK":
        return image.convert("RGB"), frozenset((INK_WITHOUT_PROFILE,))
    gamma = info.get("gamma")
    if isinstance(gamma, float) and "srgb" not in info and abs(gamma - _SRGB_GAMMA) > _GAMMA_TOLERANCE:
        return image, frozenset((OTHER_GAMMA,))
    return image, frozenset()


@lru_cache(maxsize=64)
def _conversion(profile: bytes, mode: str) -> _Conversion:
    """Return what a profile does to images of a mode; made once for all images that carry it."""
    if profile[16:20] != _SPACE_OF_MODE[mode]:
        return _Conversion(remark=PROFILE_IGNORED)
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return _Conversion(remark=PROFILE_IGNORED)
    if mode == "L":
        return _of_grey(transform)
    if mode == "RGB" and _largest_move(transform) <= _SAME_LEVELS:
        return _Conversion()
    return _Conversion(remark=PROFILE_CONVERTED, transform=transform)


def _of_grey(transform: ImageCms.ImageCmsTransform) -> _Conversion:
    ramp = np.arange(256, dtype=np.uint8)[np.newaxis]
    converted = np.asarray(ImageCms.applyTransform(Image.fromarray(ramp), transform)).astype(int)
    levels = converted[0, :, 1]
    if np.abs(levels - ramp[0]).max() <= _SAME_LEVELS:
        return _Conversion()
    return _Conversion(remark=PROFILE_CONVERTED, levels=tuple(levels.tolist()))


def _largest_move(transform: ImageCms.ImageCmsTransform) -> int:
    """Return by how many levels a transform moves a channel at most, over a lattice of colours."""
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    lattice = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(9, 81, 3)
    moved = np.asarray(ImageCms.applyTransform(Image.fromarray(lattice), transform))
    return int(np.abs(moved.astype(int) - lattice).max())
