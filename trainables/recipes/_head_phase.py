"""The head alone on cached activations, before all layers train: the same in every rung of the ladder."""

from dataclasses import dataclass

from trainables.errors import refused
from trainables.limits import EpochsOrNone
from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes._head_rate import HeadRate
from trainables.schedules import Cosine


@dataclass(frozen=True, kw_only=True)
class HeadPhase(HeadRate):
    """A first phase of the head alone, along one cosine.

    Attributes:
        head_epochs: Epochs of the head alone, on cached activations of the frozen body; 0 leaves them out.
            They count in the budget.
    """

    head_epochs: EpochsOrNone = 1

    def after_head(self, epochs: int) -> int:
        """Return the epochs that the head phase leaves.

        Raises:
            ValueError: If it leaves none.
        """
        if self.head_epochs >= epochs:
            raise refused(
                "head_epochs", self.head_epochs, f"at most {epochs - 1}", but=f"the budget is {epochs} epochs"
            )
        return epochs - self.head_epochs

    def head(self, training: Training) -> tuple[Phase, ...]:
        """Return the head phase, or nothing where it has no epochs."""
        if not self.head_epochs:
            return ()
        phase = Phase(
            name="head",
            num_epochs=self.head_epochs,
            lr=self.head_peak,
            schedule=Cosine(cycle_ends=(self.head_epochs,)),
            first_group=-1,
            on="activations",
            training=training,
        )
        return (phase,)
