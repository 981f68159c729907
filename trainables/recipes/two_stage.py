"""The paper's two stages: the head on activations, then all layers in three sections, rates far apart."""

from dataclasses import dataclass, replace

from trainables.limits import AtLeastOne, Epochs
from trainables.plan.phases import LayerRates, Phase
from trainables.plan.training import Training
from trainables.recipes.shared.phases import CyclicPhase, HeadPhase
from trainables.schedules import restarts


@dataclass(frozen=True, kw_only=True)
class Settings(CyclicPhase, HeadPhase):
    """Settings of `two_stage`. `lr` is the rate of the head's section; the paper has 1e-2.

    Attributes:
        head_epochs: See `HeadPhase`; at least 1.
        section_ratio: How many times lower the late layers' rate is than the head's, and the early layers' than
            the late ones', at least 1: 10 where source and target are alike, 3 where they differ.
    """

    head_epochs: Epochs = 1
    section_ratio: AtLeastOne = 10.0


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return the head's stage and the stage of all layers; together `epochs` epochs, 2 or more.

    The defaults are the paper's: 1e-4, 1e-3 and 1e-2 for early layers, late layers and head, cycles that double. In
    the first stage every cycle lasts `cycle_len`.

    Source: Mishra et al. (2019); the ratio 3 from the notes on fast.ai's second lesson. Departures: the paper says
    neither how many epochs a stage has nor where its sections part; a whole number of cycles fills each stage.
    """
    rest = settings.after_head(epochs)
    (head,) = settings.head(training)
    cycles = restarts(
        head.num_epochs,
        cycle_len=settings.cycle_len,
        cycle_mult=1,
        floor_fraction=settings.floor_fraction,
        peak_decay=settings.peak_decay,
    )
    sections = LayerRates(grouping="section", layer_decay=1 / settings.section_ratio)
    return (replace(head, schedule=cycles), settings.all_layers(rest, training, sections))
