"""The fourth rung of the ladder: the head first, then all layers with warm restarts."""

from dataclasses import dataclass

from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes.shared.phases import CyclicPhase, HeadPhase


@dataclass(frozen=True, kw_only=True)
class Settings(CyclicPhase, HeadPhase):
    """Settings of `head_restarts`: the peak rate, the cycles and the head phase's."""


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return the head phase and the phase of all layers in cycles. With a head phase it takes 2 epochs or more.

    It differs from `head_cosine` in the restarts alone: where one cycle fills the phase, the two are the same.

    Source: Mishra et al. (2019), without the differential rates; restarts after Loshchilov & Hutter (2017).
    Departure: a whole number of cycles fills the budget.
    """
    rest = settings.after_head(epochs)
    return (*settings.head(training), settings.all_layers(rest, training))
