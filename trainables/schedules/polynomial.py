"""Polynomial decay: the rate falls from its peak along a power of the time that is left."""

import math
from dataclasses import dataclass

from trainables.identity import stored_as
from trainables.limits import FROM_ZERO_BELOW_ONE, Bounds
from trainables.schedules._checks import check_num_epochs, check_step, check_within


@stored_as("Polynomial")
@dataclass(frozen=True, kw_only=True)
class Polynomial:
    """A rate that falls as floor + (1 - floor) * (1 - step / num_steps) ** power, over the whole phase.

    Attributes:
        num_epochs: Length of the phase, at least 1.
        power: Above 0, finite; 1 falls along a line, more falls faster at first.
        floor_fraction: Rate that the phase falls towards, as a fraction of the peak, in [0, 1).

    Source: PyTorch's PolynomialLR, which has no floor; Chen et al. (2018) call it "poly" and take power 0.9.
    """

    num_epochs: int
    power: float = 1.0
    floor_fraction: float = 0.0

    def __post_init__(self) -> None:
        check_num_epochs(self.num_epochs)
        check_within("power", self.power, Bounds(above=0, below=math.inf))
        check_within("floor_fraction", self.floor_fraction, FROM_ZERO_BELOW_ONE)

    @property
    def cycle_ends(self) -> tuple[int, ...]:
        """The last epoch."""
        return (self.num_epochs,)

    def is_judged(self, epoch: int) -> bool:
        """Return whether it is the last epoch: before it, the rate differs between runs of different lengths."""
        return epoch == self.num_epochs

    def factor(self, step: int, *, steps_per_epoch: int) -> float:
        """Return rate / peak at `step`, counted from the start of the phase."""
        num_steps = self.num_epochs * steps_per_epoch
        check_step(step, num_steps=num_steps)
        left = float((1.0 - step / num_steps) ** self.power)
        return self.floor_fraction + (1.0 - self.floor_fraction) * left

    def cycle(self, epoch: int) -> int:
        """Return 0: there is one cycle."""
        return 0
