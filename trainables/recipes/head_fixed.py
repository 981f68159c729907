"""The second rung of the ladder: the head first, then all layers at one rate."""

from dataclasses import dataclass

from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes.shared.phases import FixedPhase, HeadPhase


@dataclass(frozen=True, kw_only=True)
class Settings(FixedPhase, HeadPhase):
    """Settings of `head_fixed`: those of `fixed_rate` and the head phase's."""


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return the head phase and the phase of all layers at one rate. With a head phase it takes 2 epochs or more.

    It differs from `fixed_rate` in the head phase alone. That phase anneals its rate along one cosine in every
    rung, so that the rungs above differ from this one in what follows it alone.

    Source: Mishra et al. (2019), of whose ingredients it has one: the head on precomputed activations.
    """
    rest = settings.after_head(epochs)
    return (*settings.head(training), settings.all_layers(rest, training))
