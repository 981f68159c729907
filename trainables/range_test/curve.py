"""The curve of a learning-rate range test: losses by rate."""

from dataclasses import dataclass
from typing import Literal

CurveEnd = Literal["highest", "exploded", "not_finite"]


@dataclass(frozen=True, kw_only=True)
class RangeTest:
    """One test's curve. A rule makes a suggestion out of it, see `trainables.range_test.rules`.

    Attributes:
        rates: Base rate at each step, rising.
        losses: Loss of the batch at that step, before its update; all finite.
        smoothed: Exponential mean of the losses, corrected for its start.
        ended: Why there are no more steps: the highest rate was reached, the loss exploded, or was not finite.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    smoothed: tuple[float, ...]
    ended: CurveEnd = "highest"
