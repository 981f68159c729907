"""The adaptation: head first, then all layers at rates that fall towards the stem, with warm restarts."""

from dataclasses import dataclass

from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes.shared.phases import CyclicPhase, HeadPhase
from trainables.recipes.shared.settings import LayerRatio


@dataclass(frozen=True, kw_only=True)
class Settings(CyclicPhase, HeadPhase, LayerRatio):
    """Settings of `adaptation`: those of `head_restarts` and the depth groups' rates."""


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return the head phase (where it has epochs) and the phase of all layers; together `epochs` epochs.

    The last rung of the ladder: it differs from `head_restarts` in the depth groups' rates alone, and is the
    same where `stem_to_head` is 1.

    Args:
        settings: The recipe's settings.
        epochs: Budget; the epochs of the head phase count. With a head phase 2 or more.
        training: How both phases train.

    Raises:
        ValueError: If the head phase leaves no epoch for the layers.

    Source: Mishra et al. (2019): activations precomputed for the head, SGDR, then all layers with differential
    rates and cycle-length multiplication. Departures: rates fall evenly over depth instead of in three
    sections (`two_stage` has those), the head phase is one cosine, and a whole number of cycles fills the budget.
    """
    rest = settings.after_head(epochs)
    return (*settings.head(training), settings.all_layers(rest, training, settings.layers))
