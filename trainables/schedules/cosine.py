"""Cosine cycles with warm restarts: the rate at a step, and the schedule."""

import math
from dataclasses import dataclass

from trainables.errors import refused
from trainables.identity import stored_as
from trainables.limits import UP_TO_ONE
from trainables.schedules._checks import check_within


def cosine_rate(step: int, *, num_steps: int, peak: float, floor: float = 0.0) -> float:
    """Return the rate at `step` of one cosine cycle.

    Args:
        step: Optimizer steps completed in this cycle, 0 <= step < num_steps.
        num_steps: Length of the cycle, in optimizer steps.
        peak: Rate at step 0.
        floor: Rate that the cycle falls towards.

    Raises:
        ValueError: If step lies outside the cycle.

    Source: Loshchilov & Hutter (2017), eq. 5.
    """
    if not 0 <= step < num_steps:
        raise ValueError(f"step {step} lies outside the cycle: 0 <= step < {num_steps}")
    if step == 0:
        return peak  # the formula may miss it by a rounding
    return floor + 0.5 * (peak - floor) * (1.0 + math.cos(math.pi * step / num_steps))


@stored_as("Cosine")
@dataclass(frozen=True, kw_only=True)
class Cosine:
    """Cosine cycles with warm restarts.

    Attributes:
        cycle_ends: Epochs of the phase at whose end a cycle ends, rising, from 1; the last is the phase's end.
        final_cycle_epochs: Length that the last cycle's cosine has, in epochs; None where that is its own
            length. Longer where the budget cuts the cycle off.
        floor_fraction: Rate that every cycle falls towards, as a fraction of the first peak, in [0, 1).
        peak_decay: Ratio of each cycle's peak to the one before it, in (0, 1].

    Source: Loshchilov & Hutter (2017), eq. 5, where either bound may change with the cycle.
    """

    cycle_ends: tuple[int, ...]
    final_cycle_epochs: int | None = None
    floor_fraction: float = 0.0
    peak_decay: float = 1.0

    def __post_init__(self) -> None:
        check_within("peak_decay", self.peak_decay, UP_TO_ONE)
        last_peak = self._peak(len(self.cycle_ends) - 1)
        if last_peak < self.floor_fraction:
            raise refused(
                "peak_decay",
                self.peak_decay,
                f"a peak of at least floor_fraction, {self.floor_fraction}",
                but=f"the peak of cycle {len(self.cycle_ends)} would be {last_peak:.3g} of the first",
            )

    def is_judged(self, epoch: int) -> bool:
        """Return whether a cycle ends there: in a cycle, the rate differs between runs of different lengths."""
        return epoch in self.cycle_ends

    def factor(self, step: int, *, steps_per_epoch: int) -> float:
        """Return rate / first peak at `step`, counted from the start of the phase."""
        index = self.cycle(step // steps_per_epoch + 1)
        start = self.cycle_ends[index - 1] if index else 0
        num_epochs = self.cycle_ends[index] - start
        if index == len(self.cycle_ends) - 1 and self.final_cycle_epochs is not None:
            num_epochs = self.final_cycle_epochs
        return cosine_rate(
            step - start * steps_per_epoch,
            num_steps=num_epochs * steps_per_epoch,
            peak=self._peak(index),
            floor=self.floor_fraction,
        )

    def cycle(self, epoch: int) -> int:
        """Return the index of the cycle that epoch `epoch` (from 1) of the phase belongs to."""
        for index, end in enumerate(self.cycle_ends):
            if epoch <= end:
                return index
        raise ValueError(
            f"epoch {epoch} lies outside the phase: its last cycle ends at {self.cycle_ends[-1]}"
        )

    def _peak(self, index: int) -> float:
        """Return the peak of cycle `index` as a fraction of the first."""
        return float(self.peak_decay**index)
