"""Equal and nearly equal images in different splits or sets."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NEAR_CORRELATION = 0.98
"""Thumbnails that correlate more are near duplicates. Of CIFAR-10's test images 65 have one in 40,000
training images, nearly all of them the same photograph; of 800 EMNIST characters none has one in 2,400."""
FLAT_RMS = 8.0
"""Thumbnails that vary by less, in grey levels of 0 ... 255, are too plain to tell apart and not compared."""
_CHUNK = 2048

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Fingerprints:
    """What duplicates among the images of one split are found by; all in the split's order."""

    ids: tuple[str, ...]
    hashes: tuple[str, ...]
    thumbnails: npt.NDArray[np.uint8]


def exact_across(splits: Mapping[str, Fingerprints]) -> list[str]:
    """Return "a = b" for every image that occurs in more than one split, with all its names."""
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for split, prints in splits.items():
        for image, pixels_hash in zip(prints.ids, prints.hashes, strict=True):
            places[pixels_hash].append((split, image))
    return [
        " = ".join(f"{image} ({split})" for split, image in found)
        for found in places.values()
        if len({split for split, _ in found}) > 1
    ]


def exact_between(ours: Mapping[str, Fingerprints], theirs: Mapping[str, Fingerprints]) -> list[str]:
    """Return "a = b" for every image of `ours` that occurs in another set."""
    known = {
        pixels_hash: image
        for prints in theirs.values()
        for image, pixels_hash in zip(prints.ids, prints.hashes, strict=True)
    }
    return [
        f"{image} ({split}) = {known[pixels_hash]} of the source"
        for split, prints in ours.items()
        for image, pixels_hash in zip(prints.ids, prints.hashes, strict=True)
        if pixels_hash in known
    ]


def near(ours: Fingerprints, theirs: Fingerprints) -> list[str]:
    """Return "a ~ b" for every image of `ours` that has a near, but not equal, duplicate in `theirs`."""
    our_rows, our_index = _comparable(ours.thumbnails)
    their_rows, their_index = _comparable(theirs.thumbnails)
    found: dict[int, int] = {}
    for i, j in _close_pairs(our_rows, their_rows):
        mine, other = int(our_index[i]), int(their_index[j])
        if ours.hashes[mine] != theirs.hashes[other]:
            found.setdefault(mine, other)
    return [f"{ours.ids[mine]} ~ {theirs.ids[found[mine]]}" for mine in sorted(found)]


def _comparable(thumbnails: npt.NDArray[np.uint8]) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Return thumbnails less their means, at length 1, without the flat ones; and their positions."""
    rows = thumbnails.astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    lengths = np.sqrt((rows**2).sum(axis=1))
    index = np.flatnonzero(lengths >= FLAT_RMS * np.sqrt(rows.shape[1]))
    return rows[index] / lengths[index, np.newaxis], index


def _close_pairs(ours: Floats, theirs: Floats) -> Iterator[tuple[int, int]]:
    for i in range(0, len(ours), _CHUNK):
        for j in range(0, len(theirs), _CHUNK):
            close = ours[i : i + _CHUNK] @ theirs[j : j + _CHUNK].T > NEAR_CORRELATION
            for row, column in np.argwhere(close):
                yield i + int(row), j + int(column)
