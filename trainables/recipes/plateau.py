"""All layers at one rate until validation stops improving, then on from the best state at a lower one."""

from dataclasses import dataclass, replace
from typing import Literal

from trainables.limits import Epochs, OpenFraction, Restarts
from trainables.plan.early_stopping import EarlyStopping
from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes.shared.phases import FixedPhase


@dataclass(frozen=True, kw_only=True)
class Settings(FixedPhase):
    """Settings of `plateau`: those of `fixed_rate` and what happens on a plateau.

    Attributes:
        patience: Epochs in a row without a better value after which the run goes on from its best state at a lower
            rate, or ends where no restart is left.
        restarts: Times that it goes on.
        restart_factor: What every restart multiplies the rate by, in (0, 1).
        follow: "study" takes the study's loss; "paper" the paper's, binary cross-entropy with logits.
    """

    patience: Epochs | None = 3
    restarts: Restarts = 2
    restart_factor: OpenFraction = 0.1
    follow: Literal["paper", "study"] = "study"

    @property
    def early_stopping(self) -> EarlyStopping:
        """Early stopping as a phase takes it."""
        return EarlyStopping(
            target=self.target,
            patience=self.patience,
            restarts=self.restarts,
            restart_factor=self.restart_factor,
        )


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return one phase at a constant rate that validation restarts and ends.

    Source: the baseline of Mishra et al. (2019): early stopping, restarts at a lower rate, BCE with logits, until
    90 % of validation (`target: 0.9`). Departures: the paper gives neither patience nor factor; it trains
    until the target, this until the budget is spent unless `target` is set.
    """
    if settings.follow == "paper":
        training = replace(training, loss="bce")
    return (settings.all_layers(epochs, training),)
