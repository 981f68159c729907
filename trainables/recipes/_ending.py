"""What ends a phase before its epochs are spent."""

from dataclasses import dataclass

from trainables.limits import Epochs, Share
from trainables.plan.early_stopping import EarlyStopping
from trainables.recipes._part import Part


@dataclass(frozen=True, kw_only=True)
class Ending(Part):
    """When validation ends a phase early. Only judged epochs count: the ends of cycles, where there are cycles.

    Attributes:
        target: The phase ends once the objective is at least this, in (0, 1]; None has no target.
        patience: Judged epochs in a row without a better value after which the phase overfits and ends, with
            its best state; None never looks.
    """

    target: Share | None = None
    patience: Epochs | None = None

    @property
    def early_stopping(self) -> EarlyStopping:
        """The rules as a phase takes them."""
        return EarlyStopping(target=self.target, patience=self.patience)
