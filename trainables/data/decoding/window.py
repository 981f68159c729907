"""The values that become black and white: found or stated once for a whole set, never for single images."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainables.data.decoding.deep_pixels import DeepSummary, Values

CONTAINER_BITS = (8, 10, 12, 14, 16)
"""Depths that cameras and scanners have."""
FILLED_FRACTION = 0.75
"""A set that uses as much of a depth has that depth for its range, and not the least and greatest value drawn."""
OUTLIER_FRACTION = 0.001
"""Share of the values at either end that may be outliers: hot pixels, metal, padding."""
OUTLIER_REACH = 4.0
"""Outliers are they that make the range so many times as wide as that of the other values."""
_LEAST_WHOLE, _MOST_WHOLE = -0x8000, 0xFFFF
"""Whole numbers that 16 bits hold, signed or not."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """The values of a set that become 0 and 255.

    Attributes:
        low: Becomes 0, as do all below.
        high: Becomes 255, as do all above; above `low`.
        why: Where the two come from, for a note.
    """

    low: float
    high: float
    why: str

    def to_8_bit(self, values: Values) -> npt.NDArray[np.uint8]:
        """Return values as levels, rounded."""
        scaled = (values - self.low) * (255 / (self.high - self.low))
        levels: npt.NDArray[np.uint8] = np.rint(np.clip(scaled, 0, 255)).astype(np.uint8)
        return levels

    def num_outside(self, values: Values) -> int:
        """Return how many values are clipped."""
        return int(((values < self.low) | (values > self.high)).sum())

    @property
    def is_full(self) -> bool:
        """Whether these are all values of 16 bits, so that white is what it is in an image of 8 bits."""
        return (self.low, self.high) == (0, 0xFFFF)

    def __str__(self) -> str:
        return shown(self.low, self.high)


def shown(low: float, high: float) -> str:
    """Return a range as text; whole numbers with all their digits."""
    return " ... ".join(
        f"{value:.0f}" if value.is_integer() else f"{value:.6g}" for value in map(float, (low, high))
    )


def needs_stating(summary: DeepSummary) -> bool:
    """Say whether no one can guess which values are black and white: floating-point, or beyond 16 bits."""
    return summary.floating or summary.low < _LEAST_WHOLE or summary.high > _MOST_WHOLE


def used_window(images: Sequence[DeepSummary], *, whose: str = "the training images") -> Window:
    """Return the range that images use.

    It is that of their values; without the outermost thousandth at either end where these make it four times as wide
    or wider. If three quarters of a depth (8, 10, 12, 14 or 16 bits, unsigned) are used, all of that depth is the
    range: that loses at most a quarter of the levels, and black is black whichever images were drawn for training.

    Args:
        images: Summaries of at least one image, none of which needs stating.
        whose: What the note calls them.
    """
    sample = np.concatenate([each.sample for each in images])
    if not len(sample):
        return Window(low=0, high=_MOST_WHOLE, why="all are transparent")
    low, high = min(each.low for each in images), max(each.high for each in images)
    why = f"{whose} use {shown(low, high)}"
    inner_low, inner_high = np.quantile(
        sample, (OUTLIER_FRACTION, 1 - OUTLIER_FRACTION), method="closest_observation"
    ).tolist()
    if 0 < (inner_high - inner_low) * OUTLIER_REACH <= high - low:
        why += f", and all but the outermost thousandths {shown(inner_low, inner_high)}"
        low, high = inner_low, inner_high
    for bits in CONTAINER_BITS:
        most = 2**bits - 1
        if low >= 0 and high <= most and high - low >= FILLED_FRACTION * most:
            return Window(low=0, high=most, why=f"{why}: {bits} bits")
    return Window(low=low, high=max(high, low + 1), why=why)
