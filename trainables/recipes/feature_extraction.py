"""The head alone on cached activations: the body stays as the start weights have it."""

from dataclasses import dataclass

from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes.shared.settings import LearningRate
from trainables.schedules import Cosine


@dataclass(frozen=True, kw_only=True)
class Settings(LearningRate):
    """Settings of `feature_extraction`: the head's peak rate."""


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return one phase of the head on activations, along one cosine.

    Source: Yosinski et al. (2014), whose transferred layers are frozen; activations precomputed as in Mishra et al.
    (2019). Departures: the last layer alone is new; one cosine instead of their steps.
    """
    return (
        Phase(
            name="head",
            num_epochs=epochs,
            lr=settings.initial_lr,
            schedule=Cosine(cycle_ends=(epochs,)),
            first_group=-1,
            on="activations",
            training=training,
        ),
    )
