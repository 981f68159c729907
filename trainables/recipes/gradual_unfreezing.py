"""Gradual unfreezing: the last group first, then one more from phase to phase."""

from dataclasses import dataclass

from trainables.limits import Epochs, NumPhases, Share
from trainables.plan.phases import LayerRates, Phase
from trainables.plan.training import Training
from trainables.recipes.shared.settings import LearningRate, check_budget
from trainables.schedules import OneCycle

RISE_FRACTION = 0.1
LOW_FRACTION = 1 / 32


@dataclass(frozen=True, kw_only=True)
class Settings(LearningRate):
    """Settings of `gradual_unfreezing`. `lr` is the head's peak in every phase.

    Attributes:
        num_steps: Phases before all layers train, each with one group more, at least 1; the head's is the first.
        unfreeze_epochs: Epochs of each of them, at least 1.
        layer_decay: Ratio of each stage's rate to the next one's, in (0, 1].
    """

    num_steps: NumPhases = 3
    unfreeze_epochs: Epochs = 1
    layer_decay: Share = 1 / 2.6


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return `num_steps` phases of the last 1, 2, ... depth groups, and one of all layers for the epochs left.

    Args:
        settings: The recipe's settings.
        epochs: Budget, at least num_steps * unfreeze_epochs + 1.
        training: How all phases train.

    Raises:
        ValueError: If the budget is smaller.

    Source: Howard & Ruder (2018): one epoch for each unfreezing, rates that fall by 2.6 from layer to layer (the
    thesis quotes it as a factor of 0.3; it is 0.38), slanted triangular rates that rise from 1/32 of the peak in a
    tenth of the time. Departures: a stage of the network is what the paper calls a layer; every phase rises and
    falls along half cosines instead of lines; the last phase ends with the budget instead of at convergence.
    """
    unfreezing = settings.num_steps * settings.unfreeze_epochs
    check_budget(
        epochs,
        unfreezing + 1,
        f"as num_steps is {settings.num_steps} and unfreeze_epochs {settings.unfreeze_epochs}",
    )
    steps = (
        _phase(settings, training, name=f"last_{k}", num_epochs=settings.unfreeze_epochs, first_group=-k)
        for k in range(1, settings.num_steps + 1)
    )
    rest = _phase(settings, training, name="all", num_epochs=epochs - unfreezing, first_group=0)
    return (*steps, rest)


def _phase(settings: Settings, training: Training, *, name: str, num_epochs: int, first_group: int) -> Phase:
    return Phase(
        name=name,
        num_epochs=num_epochs,
        lr=settings.initial_lr,
        schedule=OneCycle(
            num_epochs=num_epochs,
            rise_fraction=RISE_FRACTION,
            start_fraction=LOW_FRACTION,
            end_fraction=LOW_FRACTION,
        ),
        layers=LayerRates(grouping="stage", layer_decay=settings.layer_decay),
        first_group=first_group,
        training=training,
    )
