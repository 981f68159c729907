"""What every schedule is, and the plainest one."""

from dataclasses import dataclass
from typing import Protocol


class Schedule(Protocol):
    """A rate as a fraction of its peak, at any step of a phase.

    The factor depends on the step alone, not on the steps before it, so a run may continue from any of them.
    """

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
