"""All layers, one plain cosine over the whole budget: the baseline that restarts and layer rates must face."""

from dataclasses import dataclass

from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes.shared.phases import CosinePhase


@dataclass(frozen=True, kw_only=True)
class Settings(CosinePhase):
    """Settings of `cosine`: the peak rate and its warm-up."""


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return one phase whose rate falls from `lr` to 0 along one cosine.

    Source: Loshchilov & Hutter (2017), without restarts.
    """
    return (settings.all_layers(epochs, training),)
