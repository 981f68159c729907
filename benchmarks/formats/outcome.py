"""What became of a file in a reader's hands, from right to silently wrong."""

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from benchmarks.formats.kinds.kind import Expected, Pixels

Outcome = Literal["right", "refused", "left out", "first of several", "silently wrong"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
_LEAST_SPAN = 100
"""Levels from the darkest to the lightest that a deep picture is to keep, of 255."""
_ROUNDING = 1.5
"""Levels by which rounding moves a pixel off the line."""


def outcome(read: Pixels | None, expected: Expected | None) -> Outcome:
    """Return what a reader made of a file.

    Args:
        read: Levels that a network would get, shape (h, w, 3) or (h, w); None where the reader raised an error.
        expected: What the file shows; None where there is no picture.
    """
    if read is None:
        return "refused"
    if expected is None or not _agrees(read, expected):
        return "silently wrong"
    return "first of several" if expected.several > 1 else "right"


def _agrees(read: Pixels, expected: Expected) -> bool:
    if read.shape[:2] != expected.values.shape[:2]:
        return False
    levels, values = _in_colours(read).astype(float), _in_colours(expected.values).astype(float)
    if expected.deep:
        return _on_a_line(levels, values, expected)
    return any(
        np.abs(levels - _in_colours(each)).max() <= expected.tolerance for each in (values, *expected.also)
    )


def _in_colours(values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    return np.dstack([values] * 3) if values.ndim == 2 else values


def _on_a_line(levels: npt.NDArray[np.float64], values: npt.NDArray[np.float64], expected: Expected) -> bool:
    """Say whether one line leads from all values to their levels, in the right direction and using the levels."""
    slope, start = np.polyfit(values.ravel(), levels.ravel(), 1)
    off = np.abs(levels - (slope * values + start)).max()
    rises = (slope < 0) == expected.white_is_low
    return bool(rises and np.ptp(levels) >= _LEAST_SPAN and off <= max(_ROUNDING, expected.tolerance))
