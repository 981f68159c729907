"""Cosine cycles with warm restarts, as settings."""

from dataclasses import dataclass

from trainables.limits import CycleLength, Fraction, Share
from trainables.recipes._part import Part
from trainables.schedules import Cosine, LastCycle, restarts


@dataclass(frozen=True, kw_only=True)
class Cycles(Part):
    """The cycles of a phase.

    Attributes:
        cycle_len: Length of the first cycle, in epochs.
        cycle_mult: Growth of the cycles; whole or real.
        last_cycle: See `trainables.schedules.restarts`.
        floor_fraction: Rate at the end of a cycle, as a fraction of the first peak.
        peak_decay: Ratio of each cycle's peak to the one before it.
    """

    cycle_len: CycleLength = 1.0
    cycle_mult: CycleLength = 2.0
    last_cycle: LastCycle = "stretch"
    floor_fraction: Fraction = 0.0
    peak_decay: Share = 1.0

    def cycles(self, num_epochs: int) -> Cosine:
        """Return the cycles of `num_epochs` epochs; they are fewer where `last_cycle` is "drop"."""
        return restarts(
            num_epochs,
            cycle_len=self.cycle_len,
            cycle_mult=self.cycle_mult,
            last_cycle=self.last_cycle,
            floor_fraction=self.floor_fraction,
            peak_decay=self.peak_decay,
        )
