"""All layers, one rise to the peak and one fall to nearly nothing."""

from dataclasses import dataclass

from trainables.limits import Fraction, OpenFraction, Share
from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes.shared.settings import LearningRate
from trainables.schedules import OneCycle


@dataclass(frozen=True, kw_only=True)
class Settings(LearningRate):
    """Settings of `one_cycle`.

    Attributes:
        rise_fraction: Part of the run in which the rate rises, in (0, 1).
        start_fraction: Rate at the first step, as a fraction of the peak, in (0, 1].
        end_fraction: Rate at the last step, as a fraction of the peak, in [0, 1).
    """

    rise_fraction: OpenFraction = 0.3
    start_fraction: Share = 1 / 25
    end_fraction: Fraction = 1 / 25e4

    def schedule(self, num_epochs: int) -> OneCycle:
        """Return the cycle over `num_epochs` epochs."""
        return OneCycle(
            num_epochs=num_epochs,
            rise_fraction=self.rise_fraction,
            start_fraction=self.start_fraction,
            end_fraction=self.end_fraction,
        )


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return one phase of one cycle.

    Source: Smith & Topin (2019). Departures: those of `trainables.schedules.OneCycle`.
    """
    return (
        Phase(
            name="all",
            num_epochs=epochs,
            lr=settings.initial_lr,
            schedule=settings.schedule(epochs),
            training=training,
        ),
    )
