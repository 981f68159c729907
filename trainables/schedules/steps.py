"""Steps: the rate drops by a factor at given epochs."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from trainables.errors import refused
from trainables.identity import stored_as
from trainables.limits import BETWEEN_ZERO_AND_ONE
from trainables.schedules._checks import check_num_epochs, check_within


@stored_as("Steps")
@dataclass(frozen=True, kw_only=True)
class Steps:
    """A rate that is constant but for drops at given epochs; without cycles, so every epoch may be judged.

    Attributes:
        at: Epochs of the phase after whose end the rate drops, strictly rising, from 1; empty never drops.
        drop_factor: What every drop multiplies the rate by, in (0, 1).

    Source: the baseline of He et al. (2019), "Bag of Tricks": divided by 10 after 30, 60 and 90 of 120 epochs.
    """

    at: tuple[int, ...]
    drop_factor: float = 0.1

    def __post_init__(self) -> None:
        check_within("drop_factor", self.drop_factor, BETWEEN_ZERO_AND_ONE)
        if not all(a < b for a, b in pairwise((0, *self.at))):
            raise refused("at", self.at, "a list of epochs that rise, from 1")

    @property
    def cycle_ends(self) -> tuple[int, ...]:
        """None: the rate never restarts."""
        return ()

    def is_judged(self, epoch: int) -> bool:
        """Return that every epoch is."""
        return True

    def factor(self, step: int, *, steps_per_epoch: int) -> float:
        """Return rate / peak at `step`, counted from the start of the phase."""
        num_drops = bisect_right(self.at, step // steps_per_epoch)
        return float(self.drop_factor**num_drops)

    def cycle(self, epoch: int) -> int:
        """Return 0: the rate never restarts."""
        return 0


def steps_at(num_epochs: int, *, shape: Sequence[float] = (30 / 120, 60 / 120, 90 / 120)) -> tuple[int, ...]:
    """Return the epochs at which a phase of `num_epochs` epochs drops its rate: whole, rising, inside the phase.

    Each is the epoch nearest to its fraction of the phase, the later one of two. A drop that would come before the
    first epoch, after the last one, or together with the drop before it is left out, so short phases have fewer.

    Args:
        num_epochs: Length of the phase, at least 1.
        shape: Fractions of the phase, strictly rising, in (0, 1).

    Raises:
        ValueError: If a value lies outside its range.

    Source: the default is the shape of He et al. (2019): 30, 60 and 90 of 120 epochs.
    """
    check_num_epochs(num_epochs)
    if not all(a < b for a, b in pairwise((0.0, *shape, 1.0))):
        raise refused("shape", tuple(shape), "a list of fractions that rise, above 0 and below 1")
    nearest = {math.floor(num_epochs * fraction + 0.5) for fraction in shape}
    return tuple(sorted(nearest - {0, num_epochs}))
