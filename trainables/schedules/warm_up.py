"""Warm-up: some epochs of rising rates before any other schedule."""

from dataclasses import dataclass
from typing import Literal, get_args

from trainables.errors import refused
from trainables.identity import stored_as
from trainables.schedules._checks import check_num_epochs, check_step
from trainables.schedules.cosine import cosine_rate
from trainables.schedules.schedule import Schedule

WarmUpShape = Literal["linear", "cosine"]


@stored_as("WarmUp")
@dataclass(frozen=True, kw_only=True)
class WarmUp:
    """Rates that rise to where another schedule starts, and then that schedule.

    Of the m steps of the warm-up, step s (from 0) has this factor, times the first factor of `then`, which is 1
    unless `then` itself begins low:

    - "linear": (s + 1) / m.
    - "cosine": (1 - cos(pi (s + 1) / m)) / 2, which is a cosine cycle of m steps read backwards.

    Both are above 0 from the first step, rise strictly, and reach 1 at the last one.

    Attributes:
        num_epochs: Length of the warm-up, at least 1. The phase is longer by this than `then` alone.
        shape: "linear" or "cosine".
        then: The schedule after it, whose own steps and epochs count from the end of the warm-up.

    Source: "linear" is He et al. (2019), i * eta / m with i from 1, after Goyal et al. (2017), who start at the rate
    of the small batch instead of at 0. "cosine" is the thesis's epoch of reversed cosine.
    """

    num_epochs: int
    shape: WarmUpShape
    then: Schedule

    def __post_init__(self) -> None:
        check_num_epochs(self.num_epochs)
        if self.shape not in get_args(WarmUpShape):
            raise refused("shape", self.shape, " or ".join(get_args(WarmUpShape)))

    @property
    def cycle_ends(self) -> tuple[int, ...]:
        """The ends of the cycles of `then`; the warm-up is none."""
        return tuple(self.num_epochs + epoch for epoch in self.then.cycle_ends)

    def is_judged(self, epoch: int) -> bool:
        """Return whether `then` judges it; nothing is judged in the warm-up."""
        return epoch > self.num_epochs and self.then.is_judged(epoch - self.num_epochs)

    def factor(self, step: int, *, steps_per_epoch: int) -> float:
        """Return rate / peak at `step`, counted from the start of the warm-up."""
        num_steps = self.num_epochs * steps_per_epoch
        if step >= num_steps:
            return self.then.factor(step - num_steps, steps_per_epoch=steps_per_epoch)
        check_step(step, num_steps=num_steps)
        return self._rise(step, num_steps) * self.then.factor(0, steps_per_epoch=steps_per_epoch)

    def cycle(self, epoch: int) -> int:
        """Return 0 in the warm-up, and the index of the cycle of `then` after it."""
        return 0 if epoch <= self.num_epochs else self.then.cycle(epoch - self.num_epochs)

    def _rise(self, step: int, num_steps: int) -> float:
        if self.shape == "linear":
            return (step + 1) / num_steps
        return cosine_rate(num_steps - 1 - step, num_steps=num_steps, peak=1.0)
