"""The thesis's gradual rates: all layers from the start, each block slower than the next by one ratio."""

from dataclasses import dataclass

from trainables.limits import Share
from trainables.plan.phases import LayerRates, Phase
from trainables.plan.training import Training
from trainables.recipes.shared.phases import CyclicPhase
from trainables.schedules import WarmUpShape


@dataclass(frozen=True, kw_only=True)
class Settings(CyclicPhase):
    """Settings of `layerwise`: the peak rate, its cycles and warm-up, and what ends the run early.

    Attributes:
        layer_decay: Ratio of each block's rate to the next one's, in (0, 1]; the thesis tried 1 ... 0.25.
        warm_up: The thesis's is "cosine", one epoch long.
    """

    layer_decay: Share = 0.5
    warm_up: WarmUpShape = "cosine"


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return one phase of all layers in cosine cycles, rate(l) = layer_decay * rate(l + 1).

    The same ratio is another method on a deeper network: 0.3 leaves the first of 18 groups 1e-9 of the rate.

    Source: the thesis "Gradual learning rates", after Howard & Ruder (2018). Departures: a block of layers is what
    the thesis calls a layer; a whole number of cycles fills the budget.
    """
    layers = LayerRates(grouping="block", layer_decay=settings.layer_decay)
    return (settings.all_layers(epochs, training, layers),)
