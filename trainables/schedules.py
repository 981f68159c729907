"""Learning-rate schedules: closed-form functions of the optimizer step, relative to a group's peak rate."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, Protocol

LastCycle = Literal["stretch", "cut", "drop"]


class Schedule(Protocol):
    """A rate as a fraction of its peak, at any step of a phase."""

    @property
    def judged_epochs(self) -> tuple[int, ...] | None:
        """Epochs of the phase, from 1, whose ends may be compared between runs; None means every epoch."""
        ...

    def factor(self, step: int, *, steps_per_epoch: int) -> float:
        """Return rate / peak at `step`, counted from the start of the phase."""
        ...

    def cycle(self, epoch: int) -> int:
        """Return the index of the cycle that epoch `epoch` (from 1) of the phase belongs to."""
        ...


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
    return floor + 0.5 * (peak - floor) * (1.0 + math.cos(math.pi * step / num_steps))


@dataclass(frozen=True, kw_only=True)
class Constant:
    """The peak rate at every step; without cycles, so every epoch may be judged."""

    @property
    def judged_epochs(self) -> None:
        """Every epoch."""
        return

    def factor(self, step: int, *, steps_per_epoch: int) -> float:
        """Return 1."""
        return 1.0

    def cycle(self, epoch: int) -> int:
        """Return 0: there is one cycle, and it never ends before the phase does."""
        return 0


@dataclass(frozen=True, kw_only=True)
class Cosine:
    """Cosine cycles with warm restarts.

    Attributes:
        cycle_ends: Epochs of the phase at whose end a cycle ends, rising, from 1; the last is the phase's end.
        final_cycle_epochs: Length that the last cycle's cosine has, in epochs; None where that is its own
            length. Longer where the budget cuts the cycle off.
        floor_fraction: Rate at the end of a cycle, as a fraction of the peak, in [0, 1).

    Source: Loshchilov & Hutter (2017).
    """

    cycle_ends: tuple[int, ...]
    final_cycle_epochs: int | None = None
    floor_fraction: float = 0.0

    @property
    def judged_epochs(self) -> tuple[int, ...]:
        """The ends of the cycles."""
        return self.cycle_ends

    def factor(self, step: int, *, steps_per_epoch: int) -> float:
        """Return rate / peak at `step`, counted from the start of the phase."""
        index = self.cycle(step // steps_per_epoch + 1)
        start = self.cycle_ends[index - 1] if index else 0
        num_epochs = self.cycle_ends[index] - start
        if index == len(self.cycle_ends) - 1 and self.final_cycle_epochs is not None:
            num_epochs = self.final_cycle_epochs
        return cosine_rate(
            step - start * steps_per_epoch,
            num_steps=num_epochs * steps_per_epoch,
            peak=1.0,
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


def restarts(
    num_epochs: int,
    *,
    cycle_len: float,
    cycle_mult: float,
    last_cycle: LastCycle = "stretch",
    floor_fraction: float = 0.0,
) -> Cosine:
    """Return the cosine cycles of a phase of `num_epochs` epochs.

    The first cycle lasts `cycle_len` epochs and every other one `cycle_mult` times the one before it.

    Args:
        num_epochs: Length of the phase in epochs, at least 1.
        cycle_len: Length of the first cycle in epochs, at least 1; it may be fractional.
        cycle_mult: Growth of the cycles, at least 1; it may be fractional.
        last_cycle: What happens where the cycles do not end with the phase. "stretch" takes the whole number of
            cycles whose total is nearest to the phase (on a logarithmic scale) and scales all of them to end
            with it, at whole epochs; "cut" keeps the lengths and cuts the last cycle off; "drop" leaves out a
            cycle that would not end, so that the phase may be shorter than `num_epochs`.
        floor_fraction: Rate at the end of a cycle, as a fraction of the peak.

    Raises:
        ValueError: If a value lies outside its range, or "drop" leaves no cycle.

    Source: Loshchilov & Hutter (2017), T_i = cycle_len * cycle_mult**i. Departure: cycles end at whole epochs.
    """
    _check_cycles(num_epochs, cycle_len, cycle_mult, floor_fraction)
    if last_cycle == "stretch":
        return Cosine(cycle_ends=_stretched(num_epochs, cycle_len, cycle_mult), floor_fraction=floor_fraction)
    ends = _whole_ends(num_epochs, cycle_len, cycle_mult)
    whole = tuple(end for end in ends if end <= num_epochs)
    if last_cycle == "drop":
        if not whole:
            raise ValueError(
                f"cycle_len is {cycle_len}, but the phase has only {num_epochs} epochs: with last_cycle 'drop' "
                "nothing would be trained"
            )
        return Cosine(cycle_ends=whole, floor_fraction=floor_fraction)
    if whole and whole[-1] == num_epochs:
        return Cosine(cycle_ends=whole, floor_fraction=floor_fraction)
    full_length = ends[len(whole)] - (whole[-1] if whole else 0)
    return Cosine(
        cycle_ends=(*whole, num_epochs), final_cycle_epochs=full_length, floor_fraction=floor_fraction
    )


def _check_cycles(num_epochs: int, cycle_len: float, cycle_mult: float, floor_fraction: float) -> None:
    if num_epochs < 1:
        raise ValueError(f"num_epochs is {num_epochs}: a phase with cycles has at least 1 epoch")
    if not cycle_len >= 1:
        raise ValueError(f"cycle_len is {cycle_len}: a cycle lasts at least 1 epoch")
    if not cycle_mult >= 1:
        raise ValueError(f"cycle_mult is {cycle_mult}: cycles do not shrink, so at least 1 is allowed")
    if not 0 <= floor_fraction < 1:
        raise ValueError(f"floor_fraction is {floor_fraction}: 0 <= floor_fraction < 1 is allowed")


def _totals(limit: float, cycle_len: float, cycle_mult: float) -> list[float]:
    """Return the unrounded ends of the cycles up to the first one at or past `limit`."""
    totals, length = [cycle_len], cycle_len
    while totals[-1] < limit:
        length *= cycle_mult
        totals.append(totals[-1] + length)
    return totals


def _whole_ends(limit: int, cycle_len: float, cycle_mult: float) -> list[int]:
    """Return the ends rounded to whole epochs, every cycle of at least one, up to the first at or past `limit`."""
    ends: list[int] = []
    for total in _totals(limit + 1, cycle_len, cycle_mult):
        ends.append(max(round(total), ends[-1] + 1 if ends else 1))
        if ends[-1] >= limit:
            break
    return ends


def _stretched(num_epochs: int, cycle_len: float, cycle_mult: float) -> tuple[int, ...]:
    totals = _totals(num_epochs, cycle_len, cycle_mult)
    nearest = min(range(len(totals)), key=lambda k: (abs(math.log(totals[k] / num_epochs)), k))
    for count in range(nearest + 1, 0, -1):
        ends = tuple(round(num_epochs * total / totals[count - 1]) for total in totals[:count])
        if all(a < b for a, b in pairwise((0, *ends))):
            return ends
    return (num_epochs,)
