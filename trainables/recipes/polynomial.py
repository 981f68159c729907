"""All layers, a rate that falls along a line, or along another power of the time that is left."""

from dataclasses import dataclass

from trainables.limits import Fraction, Positive
from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes.shared.settings import LearningRate, Warming
from trainables.schedules import Polynomial


@dataclass(frozen=True, kw_only=True)
class Settings(LearningRate, Warming):
    """Settings of `polynomial`: the peak rate, its warm-up and its fall.

    Attributes:
        power: Above 0; 1 is a line.
        floor_fraction: Rate that the run falls towards, as a fraction of the peak, in [0, 1).
    """

    power: Positive = 1.0
    floor_fraction: Fraction = 0.0

    def schedule(self, num_epochs: int) -> Polynomial:
        """Return the fall over `num_epochs` epochs."""
        return Polynomial(num_epochs=num_epochs, power=self.power, floor_fraction=self.floor_fraction)


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return one phase whose rate falls from `lr` as a power of the time that is left.

    Source: Chen et al. (2018), whose power is 0.9; a line is the fall of Howard & Ruder's slanted triangle (2018).
    Departure: a line by default.
    """
    return (
        Phase(
            name="all",
            num_epochs=epochs,
            lr=settings.initial_lr,
            schedule=settings.warmed(settings.schedule(settings.after_warm_up(epochs))),
            training=training,
        ),
    )
