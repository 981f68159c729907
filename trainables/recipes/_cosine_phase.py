"""A phase of all layers along one cosine."""

from dataclasses import dataclass

from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes._peak_rate import PeakRate
from trainables.recipes._warming import Warming
from trainables.schedules import Cosine


@dataclass(frozen=True, kw_only=True)
class CosinePhase(PeakRate, Warming):
    """Settings of a phase of all layers whose rate falls to 0 along one cosine, after a warm-up where there is one.

    Its only judged epoch is its last, so nothing ends it early.
    """

    def all_layers(self, num_epochs: int, training: Training) -> Phase:
        """Return the phase.

        Raises:
            ValueError: If the warm-up leaves no epoch.
        """
        cosine = Cosine(cycle_ends=(self.after_warm_up(num_epochs),))
        return Phase(
            name="all",
            num_epochs=num_epochs,
            lr=self.peak,
            schedule=self.warmed(cosine),
            training=training,
        )
