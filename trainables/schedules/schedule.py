"""The protocol of schedules, and the constant one."""

from dataclasses import dataclass
from typing import Protocol

from trainables.identity import stored_as


class Schedule(Protocol):
    """A rate as a fraction of its peak, at any step of a phase.

    The factor depends on the step alone, not on the steps before it, so a run may continue from any of them.
    """

    @property
    def cycle_ends(self) -> tuple[int, ...]:
        """Epochs of the phase, from 1, at whose ends a cycle ends; empty where there are no cycles."""
        ...

    def is_judged(self, epoch: int) -> bool:
        """Return whether the end of epoch `epoch` (from 1) of the phase may be compared between runs."""
        ...

    def factor(self, step: int, *, steps_per_epoch: int) -> float:
        """Return rate / peak at `step`, counted from the start of the phase."""
        ...

    def cycle(self, epoch: int) -> int:
        """Return the index of the cycle that epoch `epoch` (from 1) of the phase belongs to."""
        ...


@stored_as("Constant")
@dataclass(frozen=True, kw_only=True)
class Constant:
    """The peak rate at every step; without cycles, so every epoch may be judged."""

    @property
    def cycle_ends(self) -> tuple[int, ...]:
        """None."""
        return ()

    def is_judged(self, epoch: int) -> bool:
        """Return that every epoch is."""
        return True

    def factor(self, step: int, *, steps_per_epoch: int) -> float:
        """Return 1."""
        return 1.0

    def cycle(self, epoch: int) -> int:
        """Return 0: there is one cycle, and it never ends before the phase does."""
        return 0
