"""The third rung of the ladder: the head first, then all layers along one cosine."""

from dataclasses import dataclass

from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes.shared.phases import CosinePhase, HeadPhase


@dataclass(frozen=True, kw_only=True)
class Settings(CosinePhase, HeadPhase):
    """Settings of `head_cosine`: those of `cosine` and the head phase's."""


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return the head phase and the phase of all layers along one cosine. With a head phase it takes 2 epochs or more.

    It differs from `head_fixed` in the cosine alone, and from `cosine` in the head phase alone.

    Source: Mishra et al. (2019), of whose ingredients it has two: the head on precomputed activations, and the
    cosine of Loshchilov & Hutter (2017), here without restarts.
    """
    rest = settings.after_head(epochs)
    return (*settings.head(training), settings.all_layers(rest, training))
