"""One cycle: up from a low rate to the peak, then down to nearly nothing, once."""

import math
from dataclasses import dataclass

from trainables.identity import stored_as
from trainables.limits import BETWEEN_ZERO_AND_ONE, FROM_ZERO_BELOW_ONE, UP_TO_ONE
from trainables.schedules._checks import check_num_epochs, check_step, check_within


@stored_as("OneCycle")
@dataclass(frozen=True, kw_only=True)
class OneCycle:
    """Half a cosine up to the peak and half a cosine down, over the whole phase.

    With N steps in the phase, the rise takes R = rise_fraction * N - 1 steps and the fall the others: the first step
    has the start's rate, step R the peak and step N - 1 the end's. Where R is fractional, no step is exactly at the
    peak.

    Attributes:
        num_epochs: Length of the phase, at least 1.
        rise_fraction: Part of the phase in which the rate rises, in (0, 1).
        start_fraction: Rate at the first step, as a fraction of the peak, in (0, 1].
        end_fraction: Rate at the last step, as a fraction of the peak, in [0, 1).

    Source: Smith & Topin (2019), with the defaults of PyTorch's OneCycleLR. Departures: two parts instead of three and
    cosines instead of lines, as in PyTorch and fastai; momentum is not cycled. Where R is not positive, the first
    step is at the peak, where PyTorch starts beyond it or divides by zero.
    """

    num_epochs: int
    rise_fraction: float = 0.3
    start_fraction: float = 1 / 25
    end_fraction: float = 1 / 25e4

    def __post_init__(self) -> None:
        check_num_epochs(self.num_epochs)
        check_within("rise_fraction", self.rise_fraction, BETWEEN_ZERO_AND_ONE)
        check_within("start_fraction", self.start_fraction, UP_TO_ONE)
        check_within("end_fraction", self.end_fraction, FROM_ZERO_BELOW_ONE)

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
        peak_step = max(self.rise_fraction * num_steps - 1, 0.0)
        if step > peak_step:
            return _between(1.0, self.end_fraction, (step - peak_step) / (num_steps - 1 - peak_step))
        return _between(self.start_fraction, 1.0, step / peak_step if peak_step else 1.0)

    def cycle(self, epoch: int) -> int:
        """Return 0: there is one cycle."""
        return 0


def _between(start: float, end: float, progress: float) -> float:
    """Return the point at `progress`, from 0 to 1, of half a cosine from `start` to `end`, exact at both."""
    weight = 0.5 * (1.0 + math.cos(math.pi * progress))
    return start * weight + end * (1.0 - weight)
