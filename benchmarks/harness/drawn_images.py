"""Images for those who have none at hand: 32-pixel JPEGs of four classes, each with its own slope of colours.

Good for measuring time, which does not depend on what is in the pictures; not for measuring accuracy.
"""

from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 32


def draw_images(folder: Path, *, per_class: dict[str, int], num_classes: int = 4, seed: int = 0) -> Path:
    """Write folder/SPLIT/CLASS/NUMBER.jpg, unless the folder is there already; return it.

    Args:
        folder: Where.
        per_class: Images of a class, by split.
        num_classes: Classes.
        seed: Of the pixels.
    """
    if folder.exists():
        return folder
    draws = np.random.default_rng(seed)
    ramp = np.linspace(-1, 1, SIDE)
    for split, number in per_class.items():
        for label in range(num_classes):
            place = folder / split / f"class{label}"
            place.mkdir(parents=True)
            angle = np.pi * label / num_classes
            slope = np.cos(angle) * ramp[:, None] + np.sin(angle) * ramp[None, :]
            for index in range(number):
                noise = draws.normal(size=(SIDE // 4, SIDE // 4, 3)).repeat(4, 0).repeat(4, 1)
                pixels = np.clip(128 + 40 * slope[..., None] + 40 * noise, 0, 255).astype(np.uint8)
                Image.fromarray(pixels).save(place / f"{index:05d}.jpg", quality=75)
    return folder
