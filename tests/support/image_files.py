"""Folders of image files, and one image of each as it is prepared."""

from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.formats.by_hand import png
from trainables.data import DataSource, PreparedData, prepare

SIDE = 8
Image.init()
HAS_AVIF = "AVIF" in Image.SAVE
"""Whether this Pillow writes AVIF: from 11.3 on."""

GIVEN = tuple(f"{split}/{name}" for split in ("train", "val", "test") for name in ("cat", "dog"))


def put(root: Path, files: dict[str, bytes]) -> Path:
    """Write files below a folder."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def prepared(root: Path, **settings: object) -> PreparedData:
    """Prepare a folder, with the cache beside it."""
    return prepare(DataSource(folder=str(root), **settings), cache=root.parent / "cache")


def stored(data: PreparedData, name: str) -> np.ndarray:
    """Return the stored image of that file, shape (size, size, channels)."""
    part = data.split(name.split("/", maxsplit=1)[0])
    return part.images[part.ids.index(name)]


def noise(root: Path, *, mode: str = "RGB", names: tuple[str, ...] = GIVEN) -> Path:
    """Write a PNG of 8 bits into every folder, all different."""
    rng = np.random.default_rng(7)
    shape = (SIDE, SIDE, 3) if mode == "RGB" else (SIDE, SIDE)
    for name in names:
        (root / name).mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, shape, dtype=np.uint8)).save(root / name / "000.png")
    return root


LEVELS = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)


def deep_set(tmp_path, make, *, name="images", ending="png", low=0, high=4095):
    """Write one image a folder, of values from low to high, all different; the first of train has both ends."""
    rng = np.random.default_rng(3)
    files = {}
    for index, folder in enumerate(GIVEN):
        values = rng.integers(low, high + 1, (SIDE, SIDE))
        if index == 0:
            values[0, :2] = low, high
        files[f"{folder}/000.{ending}"] = make(values)
    return put(tmp_path / name, files)


def as_u16_png(values):
    return png(values.astype(np.uint16))
