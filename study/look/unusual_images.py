"""Images that are unlike a usable photograph: blank, too dark, too bright, blurred, or smaller than they are used."""

from collections.abc import Sequence
from statistics import median

from study.look.measured_image import MeasuredImage

BLANK_CONTRAST = 3.0
"""Standard deviation of the grey levels below which there is nothing to see."""
DARK, BRIGHT = 60.0, 195.0
"""Grey levels: 99 % of a dark image's pixels lie below the one, 99 % of a bright image's above the other."""
BLUR_FACTOR = 10.0
"""How many times less sharp than the set's median a blurred image is; docs/evidence.md has what that finds."""
JUDGED = 64
"""Shorter side in pixels from which sharpness is judged."""
SMALL_FACTOR = 2.0
"""An image whose shorter side is so many times below the stored side is small."""


def unusual_images(images: Sequence[MeasuredImage], *, image_size: int | None) -> dict[str, tuple[int, ...]]:
    """Return the positions of images by what is unusual; each image has one kind at most but for `small`."""
    kinds = [_kind(image) for image in images]
    judged = [
        position
        for position, (image, kind) in enumerate(zip(images, kinds, strict=True))
        if kind is None and min(image.width, image.height) >= JUDGED
    ]
    typical = median(images[position].sharpness for position in judged) if judged else 0.0
    blurred = sorted(
        (position for position in judged if images[position].sharpness * BLUR_FACTOR < typical),
        key=lambda position: images[position].sharpness,
    )
    found = {
        name: tuple(position for position, kind in enumerate(kinds) if kind == name)
        for name in ("blank", "dark", "bright")
    } | {"blurred": tuple(blurred)}
    if image_size is not None:
        found["small"] = tuple(
            position
            for position, image in enumerate(images)
            if min(image.width, image.height) * SMALL_FACTOR < image_size
        )
    return {name: positions for name, positions in found.items() if positions}


def _kind(image: MeasuredImage) -> str | None:
    if image.contrast < BLANK_CONTRAST:
        return "blank"
    if image.brightest < DARK:
        return "dark"
    if image.darkest > BRIGHT:
        return "bright"
    return None
