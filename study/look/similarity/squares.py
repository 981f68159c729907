"""Small grey copies of images: the eight symmetries of a square, and coarser copies."""

import numpy as np
import numpy.typing as npt

Squares = npt.NDArray[np.float32]
"""Grey images, shape (n, side, side)."""

SYMMETRIES = (
    "",
    "mirrored",
    "mirrored top to bottom",
    "turned by 180°",
    "turned by 90° and mirrored",
    "turned by 90°",
    "turned by 90°",
    "turned by 90° and mirrored",
)
"""What each symmetry does; the first does nothing. To the left or to the right is one: either image may be the
one that was turned."""


def apply_symmetry(squares: Squares, number: int) -> Squares:
    """Return images (..., side, side) under the symmetry of that number."""
    shown = np.swapaxes(squares, -1, -2) if number >= 4 else squares
    mirrored, upended = number % 2 == 1, number % 4 >= 2
    if mirrored:
        shown = shown[..., ::-1]
    if upended:
        shown = shown[..., ::-1, :]
    return np.ascontiguousarray(shown)


def shrunk(squares: npt.NDArray[np.generic], side: int) -> Squares:
    """Return copies of a side that divides theirs: means of blocks."""
    factor = squares.shape[-1] // side
    means: Squares = squares.reshape(-1, side, factor, side, factor).mean(axis=(2, 4), dtype=np.float32)
    return means
