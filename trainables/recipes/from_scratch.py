"""All layers from a random start, one cosine: what transfer must beat, or it is negative."""

from dataclasses import dataclass

from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes.shared.phases import CosinePhase

RANDOM_START = True
"""A run of this recipe starts at random, whatever weights the study names."""


@dataclass(frozen=True, kw_only=True)
class Settings(CosinePhase):
    """Settings of `from_scratch`: the peak rate and its warm-up."""


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return one phase whose rate falls from `lr` to 0 along one cosine; the plan of `cosine`.

    Source: the thesis's control for negative transfer, after Yosinski et al. (2014): the same network from random
    weights. Departure: one cosine, so that it differs from `cosine` in the start alone.
    """
    return (settings.all_layers(epochs, training),)
