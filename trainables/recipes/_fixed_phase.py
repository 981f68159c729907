"""A phase of all layers at one rate."""

from dataclasses import dataclass

from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes._ending import Ending
from trainables.recipes._peak_rate import PeakRate
from trainables.recipes._warming import Warming
from trainables.schedules import Constant


@dataclass(frozen=True, kw_only=True)
class FixedPhase(PeakRate, Warming, Ending):
    """Settings of a phase of all layers at one rate, after a warm-up where there is one."""

    def all_layers(self, num_epochs: int, training: Training) -> Phase:
        """Return the phase.

        Raises:
            ValueError: If the warm-up leaves no epoch.
        """
        self.after_warm_up(num_epochs)
        return Phase(
            name="all",
            num_epochs=num_epochs,
            lr=self.peak,
            schedule=self.warmed(Constant()),
            training=training,
            early_stopping=self.early_stopping,
        )
