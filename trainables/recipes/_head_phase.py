"""The head alone on cached activations, before all layers train: the same in every rung of the ladder."""

from dataclasses import dataclass

from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes._checks import check_at_least
from trainables.recipes._head_rate import HeadRate
from trainables.schedules import Cosine


@dataclass(frozen=True, kw_only=True)
class HeadPhase(HeadRate):
    """A first phase of the head alone, along one cosine.

    Attributes:
        head_epochs: Epochs of the head alone, on cached activations of the frozen body; 0 leaves them out.
            They count in the budget.
    """

    head_epochs: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        check_at_least("head_epochs", self.head_epochs, 0)

    def after_head(self, epochs: int) -> int:
        """Return the epochs that the head phase leaves.

        Raises:
            ValueError: If it leaves none.
        """
        if self.head_epochs >= epochs:
            raise ValueError(
                f"head_epochs is {self.head_epochs}, but the budget is {epochs} epochs: "
                f"at most {epochs - 1} is allowed"
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
