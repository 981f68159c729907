"""Phases that several recipes share: the head alone, and all layers at one rate, along a cosine or in cycles."""

from dataclasses import dataclass

from trainables.errors import refused
from trainables.limits import EpochsOrNone
from trainables.plan.phases import LayerRates, Phase
from trainables.plan.training import Training
from trainables.recipes.shared.settings import Cycles, Ending, HeadLearningRate, LearningRate, Warming
from trainables.schedules import Constant, Cosine


@dataclass(frozen=True, kw_only=True)
class HeadPhase(HeadLearningRate):
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
            lr=self.head_initial_lr,
            schedule=Cosine(cycle_ends=(self.head_epochs,)),
            first_group=-1,
            on="activations",
            training=training,
        )
        return (phase,)


@dataclass(frozen=True, kw_only=True)
class FixedPhase(LearningRate, Warming, Ending):
    """Settings of a phase of all layers at one rate, after a warm-up where there is one."""

    def all_layers(self, num_epochs: int, training: Training) -> Phase:
        """Return the phase.

        Raises:
            ValueError: If the warm-up leaves no epoch.
        """
        self.after_warm_up(num_epochs)
        return Phase(
            name="all",
            num_epochs=num_epochs,
            lr=self.initial_lr,
            schedule=self.warmed(Constant()),
            training=training,
            early_stopping=self.early_stopping,
        )


@dataclass(frozen=True, kw_only=True)
class CosinePhase(LearningRate, Warming):
    """Settings of a phase of all layers whose rate falls to 0 along one cosine, after a warm-up where there is one.

    Its only judged epoch is its last, so nothing ends it early.
    """

    def all_layers(self, num_epochs: int, training: Training) -> Phase:
        """Return the phase.

        Raises:
            ValueError: If the warm-up leaves no epoch.
        """
        cosine = Cosine(cycle_ends=(self.after_warm_up(num_epochs),))
        return Phase(
            name="all",
            num_epochs=num_epochs,
            lr=self.initial_lr,
            schedule=self.warmed(cosine),
            training=training,
        )


SAME_RATE = LayerRates()


@dataclass(frozen=True, kw_only=True)
class CyclicPhase(LearningRate, Warming, Cycles, Ending):
    """Settings of a phase of all layers with warm restarts, after a warm-up where there is one."""

    def all_layers(self, num_epochs: int, training: Training, layers: LayerRates = SAME_RATE) -> Phase:
        """Return the phase; it is shorter than `num_epochs` where `last_cycle` is "drop".

        Args:
            num_epochs: Epochs that there are for it.
            training: How it trains.
            layers: Rates of the depth groups; left out, all have the peak rate.

        Raises:
            ValueError: If the warm-up leaves no epoch, or "drop" no cycle.
        """
        cycles = self.cycles(self.after_warm_up(num_epochs))
        return Phase(
            name="all",
            num_epochs=self.warm_up_epochs + cycles.cycle_ends[-1],
            lr=self.initial_lr,
            schedule=self.warmed(cycles),
            layers=layers,
            training=training,
            early_stopping=self.early_stopping,
        )
