"""A source of images with several labels each: which of the first three quadrants are bright."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from trainables.data import DataSource
from trainables.data.sources.pool import LabelSets, Pool, RawImage, digest
from trainables.data.sources.registry import Reader

QUADRANTS = Reader(lists=f"{__name__}:read_quadrants", image_size=8)
NAMES = ("upper left", "upper right", "lower left")
_FIRST_PIXELS = ((0, 0), (0, 4), (4, 0))


def read_quadrants(source: DataSource, cache: Path) -> Pool:
    """Return so many noisy grey images; a label is there in half, a quarter and an eighth of them."""
    assert source.registered is not None
    draws = np.random.default_rng(0)
    label_sets = (draws.random((int(source.registered[1]), 3)) < [0.5, 0.25, 0.125]).astype(np.uint8)
    return Pool(images=tuple(_images(label_sets, draws)), classes=NAMES, label_sets=label_sets)


def _images(label_sets: LabelSets, draws: np.random.Generator) -> Iterator[RawImage]:
    for index, row in enumerate(label_sets):
        pixels = draws.integers(0, 120, (8, 8), dtype=np.uint8)
        for lit, (top, left) in zip(row, _FIRST_PIXELS, strict=True):
            pixels[top : top + 4, left : left + 4] += np.uint8(80 * lit)
        drawn = Image.fromarray(pixels)
        yield RawImage(id=str(index), open=partial(drawn.copy), content=digest(pixels.tobytes()), label=0)
