"""Views of some images of a set, before and after it was prepared."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from trainables.data.building import read_pool
from trainables.data.decoding.decode import Reading, whole_image
from trainables.data.decoding.fitting import Box, kept_box
from trainables.data.decoding.window import Window
from trainables.data.prepared import PreparedData, Split
from trainables.data.sources.errors import UnreadableError
from trainables.data.sources.pool import SPLITS, RawImage
from trainables.data.sources.source import DataSource

MAX_SIDE = 512
"""Longer edge that an original is shrunk to, in pixels."""

_LOOKED_AT = 50
"""Images of a class and split whose shape is looked at."""


@dataclass(frozen=True, kw_only=True)
class View:
    """One image of a set.

    Attributes:
        split: The split that it is in.
        label: Name of its class; of its labels, where it may have several.
        id: See `RawImage.id`.
        original: The whole image as it was decoded, shrunk to at most MAX_SIDE pixels, in L or RGB.
        kept: The part of `original` that the square shows: left, top, right, bottom, in its pixels.
        stored: What the network sees before augmentation and normalisation, uint8 (size, size, C).
    """

    split: str
    label: str
    id: str
    original: Image.Image
    kept: Box
    stored: npt.NDArray[np.uint8]


def views(
    source: DataSource, data: PreparedData, *, count: int, cache: Path | None = None
) -> tuple[View, ...]:
    """Return up to `count` images, taken in turns from every class of every split; the same ones at every call.

    Of each class and split those come first that are furthest from a square: they are what fitting changes.

    Args:
        source: What the set was prepared from; images that have gone since are left out.
        data: The prepared set.
        count: Images wanted.
        cache: See `prepare`.
    """
    pool = {image.id: image for image in read_pool(source, cache=cache).images}
    cells: dict[tuple[tuple[int, ...], int], list[tuple[str, int, RawImage]]] = defaultdict(list)
    for order, split in enumerate(SPLITS):
        stored = data.split(split)
        for index, (identity, label) in enumerate(zip(stored.ids, _classes_of(stored), strict=True)):
            if identity in pool:
                cells[(label, order)].append((split, index, pool[identity]))
    chosen = _in_turns([_oblong_first(cells[cell]) for cell in _mixed(list(cells))], count)
    found = (_view(source, data, *one) for one in chosen)
    return tuple(view for view in found if view is not None)


def _classes_of(split: Split) -> list[tuple[int, ...]]:
    if split.labels.ndim == 2:
        return [tuple(np.flatnonzero(row).tolist()) for row in split.labels]
    return [(int(label),) for label in split.labels]


def _mixed(cells: list[tuple[tuple[int, ...], int]]) -> list[tuple[tuple[int, ...], int]]:
    """Return classes and splits in an order in which any beginning has many classes and all splits."""
    return sorted(cells, key=lambda cell: ((sum(cell[0]) + cell[1]) % len(SPLITS), cell[0]))


def _oblong_first(images: list[tuple[str, int, RawImage]]) -> list[tuple[str, int, RawImage]]:
    def elongation(one: tuple[str, int, RawImage]) -> float:
        try:
            with one[2].open() as image:
                return max(image.size) / max(1, min(image.size))
        except (
            Exception
        ):  # it was readable when the set was prepared; `_view` leaves it out if it no longer is
            return 0.0

    return sorted(images[:_LOOKED_AT], key=elongation, reverse=True)


def _in_turns(cells: list[list[tuple[str, int, RawImage]]], count: int) -> list[tuple[str, int, RawImage]]:
    longest = max((len(cell) for cell in cells), default=0)
    every = [cell[turn] for turn in range(longest) for cell in cells if turn < len(cell)]
    return every[:count]


def _view(source: DataSource, data: PreparedData, split: str, index: int, raw: RawImage) -> View | None:
    window = None if data.window is None else Window(low=data.window[0], high=data.window[1], why="stored")
    try:
        whole = whole_image(raw, reading=Reading.of(source), window=window)
    except UnreadableError:
        return None
    kept = kept_box(whole.size, data.fit)
    shrunk = whole.copy()
    shrunk.thumbnail((MAX_SIDE, MAX_SIDE))
    scale = shrunk.width / whole.width, shrunk.height / whole.height
    stored = data.split(split)
    return View(
        split=split,
        label=", ".join(data.classes[label] for label in _classes_of(stored)[index]) or "no label",
        id=raw.id,
        original=shrunk,
        kept=(kept[0] * scale[0], kept[1] * scale[1], kept[2] * scale[0], kept[3] * scale[1]),
        stored=np.asarray(stored.images[index]),
    )
