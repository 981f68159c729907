"""What validation decides in a phase: when it ends early, and when it goes on from its best state, slower."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trainables.errors import refused
from trainables.limits import Epochs, OpenFraction, Restarts
from trainables.settings import check_bounds


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What follows from the judged values of a phase so far.

    Attributes:
        ended: Whether the phase ends now, before its epochs are spent.
        num_restarts: Times that the phase has gone on from its best state, this time included.
        restarts_now: Whether it does so now.
        best: Index of the best value, the first of equals; None before the first value.
    """

    ended: bool
    num_restarts: int
    restarts_now: bool
    best: int | None


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Rules of a phase on its own validation objective, looked at in judged epochs only.

    Attributes:
        target: The phase ends once the objective is at least this; None has no target.
        patience: Judged epochs in a row without a better value after which the phase overfits: it goes on
            from its best state at a lower rate while it has restarts, and ends with its best state then, or
            when its epochs are spent. None never looks.
        restarts: Times that it goes on.
        restart_factor: What every restart multiplies the rate by, in (0, 1).

    Source: the baseline of Mishra et al. (2019): early stopping, restarts at a lower rate.
    """

    target: float | None = None
    patience: Epochs | None = None
    restarts: Restarts = 0
    restart_factor: OpenFraction = 0.1

    def __post_init__(self) -> None:
        check_bounds(self)
        if self.restarts and self.patience is None:
            raise refused("restarts", self.restarts, "0", but="there is no patience after which to restart")

    @property
    def keeps_best(self) -> bool:
        """Whether the phase ends with its best state, so that a copy of it has to be kept."""
        return self.patience is not None

    def slowed(self, values: Sequence[float]) -> float:
        """Return what the restarts so far have multiplied the rate by."""
        return self.restart_factor ** self.verdict(values).num_restarts

    def undecided(self, values: Sequence[float]) -> Verdict:
        """Return the verdict of an epoch that is not judged: nothing ends and nothing restarts."""
        return replace(self.verdict(values), ended=False, restarts_now=False)

    def verdict(self, values: Sequence[float]) -> Verdict:
        """Return what follows from the judged objectives of a phase, in order."""
        best: int | None = None
        num_restarts = waited = 0
        ended = restarts_now = False
        for index, value in enumerate(values):
            restarts_now = False
            if best is None or value > values[best]:
                best, waited = index, 0
            else:
                waited += 1
            if self.target is not None and value >= self.target:
                ended = True
            elif self.patience is not None and waited >= self.patience:
                ended = num_restarts == self.restarts
                restarts_now = not ended
                num_restarts, waited = num_restarts + restarts_now, 0
            if ended:
                break
        return Verdict(ended=ended, num_restarts=num_restarts, restarts_now=restarts_now, best=best)
