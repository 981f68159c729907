"""Writing one split of a data set, and the numbers that are read off the stored images."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trainables.data.decoding.decode import Bytes, to_grey
from trainables.data.duplicates import Fingerprints

_CHUNK = 1024


@dataclass(frozen=True, kw_only=True)
class Squares:
    """All decoded images of a pool, in RGB, and which of them are grey."""

    pixels: Bytes
    grey: npt.NDArray[np.bool_]


def write_split(
    stem: Path, positions: Sequence[int], *, squares: Squares, channels: int, labels: Sequence[int]
) -> str:
    """Write images and labels of one split, and return the hash of both.

    Args:
        stem: Folder and name of the split; suffixes are added.
        positions: Places of the split's images among the squares.
        squares: All images.
        channels: 1 or 3.
        labels: Class of each of the split's images.
    """
    size = squares.pixels.shape[1]
    shape = (len(positions), size, size, channels)
    out = np.lib.format.open_memmap(
        stem.with_name(f"{stem.name}.npy"), mode="w+", dtype=np.uint8, shape=shape
    )
    state = blake2b(repr(shape).encode(), digest_size=16)
    for start in range(0, len(positions), _CHUNK):
        chunk = _stored(squares, positions[start : start + _CHUNK], channels)
        out[start : start + len(chunk)] = chunk
        state.update(chunk.tobytes())
    out.flush()
    classes = np.asarray(labels, dtype="<i8")
    np.save(stem.with_name(f"{stem.name}.labels.npy"), classes)
    state.update(classes.tobytes())
    return state.hexdigest()


def write_fingerprints(stem: Path, prints: Fingerprints) -> None:
    """Write ids, hashes and thumbnails of one split."""
    stem.with_name(f"{stem.name}.ids.json").write_text(json.dumps(prints.ids), encoding="utf-8")
    stem.with_name(f"{stem.name}.hashes.json").write_text(json.dumps(prints.hashes), encoding="utf-8")
    np.save(stem.with_name(f"{stem.name}.thumbnails.npy"), prints.thumbnails)


def write_groups(stem: Path, groups: Sequence[str | None]) -> None:
    """Write the group of each image of one split; None for one that stands alone."""
    stem.with_name(f"{stem.name}.groups.json").write_text(json.dumps(list(groups)), encoding="utf-8")


def mean_and_std(images: Bytes) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return mean and standard deviation of each channel in [0, 1]; a constant channel's deviation is 1."""
    levels = np.zeros((images.shape[-1], 256), dtype=np.int64)
    for start in range(0, len(images), _CHUNK):
        for channel in range(images.shape[-1]):
            levels[channel] += np.bincount(
                images[start : start + _CHUNK, ..., channel].ravel(), minlength=256
            )
    shares = levels / levels.sum(axis=1, keepdims=True)
    values = np.arange(256) / 255
    mean = shares @ values
    std = np.sqrt((shares * (values - mean[:, np.newaxis]) ** 2).sum(axis=1))
    std[(levels > 0).sum(axis=1) == 1] = 1.0
    return tuple(mean.tolist()), tuple(std.tolist())


def _stored(squares: Squares, positions: Sequence[int], channels: int) -> Bytes:
    index = np.asarray(positions)
    pixels: Bytes = squares.pixels[index]
    if channels == 3:
        return pixels
    grey: Bytes = pixels[..., :1]
    coloured = np.flatnonzero(~squares.grey[index])
    if len(coloured):
        grey = grey.copy()
        grey[coloured] = to_grey(pixels[coloured])
    return grey
