"""All layers at one rate from start to end: the baseline, and the first rung of the ladder."""

from dataclasses import dataclass

from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes.shared.phases import FixedPhase


@dataclass(frozen=True, kw_only=True)
class Settings(FixedPhase):
    """Settings of `fixed_rate`: the rate, its warm-up, and what ends the run early."""


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return one phase of `epochs` epochs at a constant rate.

    Source: the baseline of Mishra et al. (2019). Departure: without its early stopping and restarts, which
    `plateau` has.
    """
    return (settings.all_layers(epochs, training),)
