"""A phase of all layers with warm restarts."""

from dataclasses import dataclass

from trainables.plan.phases import LayerRates, Phase
from trainables.plan.training import Training
from trainables.recipes._cycles import Cycles
from trainables.recipes._ending import Ending
from trainables.recipes._peak_rate import PeakRate
from trainables.recipes._warming import Warming

SAME_RATE = LayerRates()


@dataclass(frozen=True, kw_only=True)
class CyclicPhase(PeakRate, Warming, Cycles, Ending):
    """Settings of a phase of all layers with warm restarts, after a warm-up where there is one."""

    def all_layers(self, num_epochs: int, training: Training, layers: LayerRates = SAME_RATE) -> Phase:
        """Return the phase; it is shorter than `num_epochs` where `last_cycle` is "drop".

        Args:
            num_epochs: Epochs that there are for it.
            training: How it trains.
            layers: Rates of the depth groups; left out, all have the peak rate.

        Raises:
            ValueError: If the warm-up leaves no epoch, or "drop" no cycle.
        """
        cycles = self.cycles(self.after_warm_up(num_epochs))
        return Phase(
            name="all",
            num_epochs=self.warm_up_epochs + cycles.cycle_ends[-1],
            lr=self.peak,
            schedule=self.warmed(cycles),
            layers=layers,
            training=training,
            early_stopping=self.early_stopping,
        )
