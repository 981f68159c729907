"""Early stopping: when validation ends a phase, and when it goes on from its best state at a lower rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from trainables.errors import refused
from trainables.identity import stored_as
from trainables.limits import Epochs, OpenFraction, Restarts
from trainables.settings import check_bounds

Action = Literal["go_on", "restart", "stop"]


@dataclass(frozen=True, kw_only=True)
class StopDecision:
    """What follows from the judged values of a phase so far. Whoever asked acts on it.

    Attributes:
        action: Of the latest value: "go_on", "restart" from the best state at a lower rate, or "stop" before the
            phase's epochs are spent.
        lr_multiplier: What the restarts so far, this one included, multiply all rates by.
        best: Index of the best value, the first of equals; None before the first value.
    """

    action: Action = "go_on"
    lr_multiplier: float = 1.0
    best: int | None = None


@stored_as("Watch")
@dataclass(frozen=True, kw_only=True)
class EarlyStopping:
    """When validation ends a phase early, or has it go on from its best state, by its own objective in judged epochs.

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

    def decide(self, values: Sequence[float]) -> StopDecision:
        """Return what follows from the judged objectives of a phase, in order."""
        decision, num_restarts, waited = StopDecision(), 0, 0
        for index, value in enumerate(values):
            action: Action = "go_on"
            best = decision.best
            if best is None or value > values[best]:
                best, waited = index, 0
            else:
                waited += 1
            if self.target is not None and value >= self.target:
                action = "stop"
            elif self.patience is not None and waited >= self.patience:
                action = "stop" if num_restarts == self.restarts else "restart"
                num_restarts, waited = num_restarts + (action == "restart"), 0
            decision = StopDecision(action=action, lr_multiplier=self.restart_factor**num_restarts, best=best)
            if action == "stop":
                break
        return decision
