"""Warm-up: the first epochs of a phase, in which the rate rises to its peak."""

from dataclasses import dataclass

from trainables.errors import refused
from trainables.limits import EpochsOrNone
from trainables.recipes._part import Part
from trainables.schedules import Schedule, WarmUp, WarmUpShape


@dataclass(frozen=True, kw_only=True)
class Warming(Part):
    """A warm-up at the start of the phase of all layers.

    Attributes:
        warm_up_epochs: Epochs in which the rate rises from 0 to its peak; they count in the budget.
        warm_up: "linear" (Goyal et al., 2017; He et al., 2019), or "cosine", the thesis's reversed cosine.
    """

    warm_up_epochs: EpochsOrNone = 0
    warm_up: WarmUpShape = "linear"

    def after_warm_up(self, num_epochs: int) -> int:
        """Return the epochs that the warm-up leaves of a phase of `num_epochs`.

        Raises:
            ValueError: If it leaves none.
        """
        if self.warm_up_epochs >= num_epochs:
            raise refused(
                "warm_up_epochs",
                self.warm_up_epochs,
                f"at most {num_epochs - 1}",
                but=f"its phase has {num_epochs} epochs",
            )
        return num_epochs - self.warm_up_epochs

    def warmed(self, schedule: Schedule) -> Schedule:
        """Return the warm-up, where it has epochs, and then `schedule`."""
        if not self.warm_up_epochs:
            return schedule
        return WarmUp(num_epochs=self.warm_up_epochs, shape=self.warm_up, then=schedule)
