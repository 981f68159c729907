"""Candidates for near duplicates: images whose coarse patterns resemble a window of another's, under any symmetry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.fft import dctn

from study.look.similarity.squares import SYMMETRIES, Squares, apply_symmetry, shrunk
from trainables.data.sources.threads import map_in_threads

NUM_FREQUENCIES = 6
"""Cosines a side of which a coarse pattern is made, the constant left out: 35 numbers an image."""
COARSE_SIDE = 16
LEAST_LIKENESS = 0.75
"""Cosine of two coarse patterns from which they are looked at closely."""
NEAREST = 3
"""Images that each image is looked at closely beside."""
WHOLE = (0.0, 0.0, 1.0)
WINDOWS = (WHOLE, *((x, y, 0.86) for x in (0.0, 0.14) for y in (0.0, 0.14)))
"""Parts of an image that another may be a crop of: left, top and side, as fractions of its edges."""
_ROWS = 64

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Pairs that may show the same; all of one length.

    Attributes:
        first: The image that may be a crop of the second, or the second itself.
        second: The other image.
        symmetry: Number of the symmetry under which the first resembles it.
        window: Number of the window of the second, of those that were looked for.
    """

    first: Indices
    second: Indices
    symmetry: Indices
    window: Indices


def candidates(squares: Squares, *, windows: Sequence[tuple[float, float, float]] = WINDOWS) -> Candidates:
    """Return the nearest few of every image, where they are near at all.

    Args:
        squares: Grey images, at least two.
        windows: Parts of the second image that the first may be.
    """
    coarse = shrunk(squares, COARSE_SIDE)
    turned = np.stack([_pattern(apply_symmetry(coarse, number)) for number in range(len(SYMMETRIES))])
    parts = np.stack([_pattern(_window(squares, window)) for window in windows])

    def nearest(start: int) -> tuple[Indices, Indices, Floats]:
        rows = np.arange(start, min(start + _ROWS, len(squares)))
        best = np.full((len(rows), len(squares)), -1, dtype=np.float32)
        for part in parts:
            for pattern in turned[:, rows]:
                np.maximum(best, pattern @ part.T, out=best)
        best[np.arange(len(rows)), rows] = -1
        count = min(NEAREST, len(squares) - 1)
        columns = np.argpartition(-best, count - 1, axis=1)[:, :count]
        likeness = np.take_along_axis(best, columns, axis=1).ravel()
        return np.repeat(rows, count), columns.ravel(), likeness

    found = map_in_threads(nearest, range(0, len(squares), _ROWS), chunk=1)
    first, second, likeness = (np.concatenate(each) for each in zip(*found, strict=True))
    near = likeness >= LEAST_LIKENESS
    first, second = first[near], second[near]
    every = np.einsum("gnd,wnd->ngw", turned[:, first], parts[:, second])
    place = every.reshape(len(first), -1).argmax(axis=1) if len(first) else np.zeros(0, dtype=np.int64)
    return Candidates(first=first, second=second, symmetry=place // len(windows), window=place % len(windows))


def _pattern(coarse: Squares) -> Floats:
    """Return the low frequencies of images (n, 16, 16) at length 1; those of a plain image are 0."""
    waves = dctn(coarse, axes=(1, 2), norm="ortho")[:, :NUM_FREQUENCIES, :NUM_FREQUENCIES]
    rows: Floats = waves.reshape(len(coarse), -1)[:, 1:].astype(np.float32)
    lengths: Floats = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1.0)
    return rows / lengths


def _window(squares: Squares, window: tuple[float, float, float]) -> Squares:
    """Return a part of every image at the coarse side, between whole pixels by straight lines."""
    left, top, side = window
    if window == WHOLE:
        return shrunk(squares, COARSE_SIDE)
    inside = 2 * COARSE_SIDE
    steps = (np.arange(inside) + 0.5) * side / inside
    across = _between(squares, top + steps, axis=1)
    return shrunk(_between(across, left + steps, axis=2), COARSE_SIDE)


def _between(squares: Squares, places: npt.NDArray[np.float64], *, axis: int) -> Squares:
    at = np.clip(places * squares.shape[axis] - 0.5, 0, squares.shape[axis] - 1)
    before = np.minimum(at.astype(np.int64), squares.shape[axis] - 2)
    share = (at - before).astype(np.float32).reshape([-1 if each == axis else 1 for each in range(3)])
    between: Squares = (
        np.take(squares, before, axis) * (1 - share) + np.take(squares, before + 1, axis) * share
    )
    return between
