"""Chain-thaw: one section at a time, each with the others frozen, then all together."""

from dataclasses import dataclass
from typing import Literal

from trainables.limits import Epochs, Positive
from trainables.plan.phases import LayerRates, Phase
from trainables.plan.training import Training
from trainables.recipes.shared.settings import Ending, HeadLearningRate, LearningRate, check_budget
from trainables.schedules import Constant

HEAD, EARLY, LATE = -1, 0, 1
"""Indices of the depth groups under the grouping "section"."""


@dataclass(frozen=True, kw_only=True)
class Settings(LearningRate, HeadLearningRate, Ending):
    """Settings of `chain_thaw`. `head_lr` is the new head's rate, `lr` that of every later phase.

    `target` and `patience` hold in each phase.

    Attributes:
        lr: The authors' is a tenth of `head_lr`, here as there.
        patience: The authors' is 5; with less than that many epochs a phase still ends with its best state.
        head_again: Whether the head has a phase of its own once more, after the late layers.
    """

    lr: Positive | Literal["auto"] = 1e-3
    patience: Epochs | None = 5
    head_again: bool = False


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return the phases of the new head, the early layers, the late ones, (the head again,) and all layers.

    They share `epochs` evenly; what is left over goes to the last one.

    Args:
        settings: The recipe's settings.
        epochs: Budget: at least an epoch a phase, 4, or 5 with the head again.
        training: How all phases train.

    Raises:
        ValueError: If the budget is smaller.

    Source: Felbo et al. (2017): new layers first, then "each layer individually starting from the first", then
    all; each until it converges on validation, and from its best state on. Their code leaves out the new layer
    when its turn comes again, and so does this. Departures: a section (early, late) is what they call a layer; the
    phases have equal shares of the budget; the optimizer is the study's instead of Adam.
    """
    alone = [("new", HEAD), ("early", EARLY), ("late", LATE)] + [("head", HEAD)] * settings.head_again
    num_phases = len(alone) + 1
    check_budget(epochs, num_phases, "one for each phase")
    share, left = divmod(epochs, num_phases)
    rates = [settings.head_initial_lr] + [settings.initial_lr] * len(alone)
    groups = [(name, group, group) for name, group in alone] + [("all", 0, -1)]
    return tuple(
        Phase(
            name=name,
            num_epochs=share + left * (name == "all"),
            lr=rate,
            schedule=Constant(),
            layers=LayerRates(grouping="section"),
            first_group=first,
            last_group=last,
            training=training,
            early_stopping=settings.early_stopping,
        )
        for (name, first, last), rate in zip(groups, rates, strict=True)
    )
