"""The eight steps of fast.ai's recipe for an image classifier."""

from dataclasses import dataclass, replace
from typing import Literal

from trainables.limits import AtLeastOne, Epochs, Positive
from trainables.plan.phases import AutoRate, LayerRates, Phase
from trainables.plan.training import Training
from trainables.recipes.shared.settings import Cycles, Ending, HeadLearningRate, LearningRate, check_budget
from trainables.schedules import Constant, restarts


@dataclass(frozen=True, kw_only=True)
class Settings(LearningRate, HeadLearningRate, Cycles, Ending):
    """Settings of `fastai`. `lr` is the head's rate while all layers train; both rates are found by default.

    Attributes:
        lr: See `LearningRate`.
        head_lr: See `HeadLearningRate`; of both head phases.
        cached_epochs: Epochs of the head on activations, at least 1; left out, a tenth of the budget, from 1 to 2.
        head_epochs: Epochs of the head on augmented images, at least 1; left out, a fifth of the budget, from 1
            to 3.
        section_ratio: How many times lower the late layers' rate is than the head's, and the early layers' than
            the late ones', at least 1; the recipe has 3 to 10.
        patience: Ends of cycles in a row without a better value after which the last phase overfits.
    """

    lr: Positive | Literal["auto"] = "auto"
    head_lr: Positive | Literal["auto"] = "auto"
    cached_epochs: Epochs | None = None
    head_epochs: Epochs | None = None
    section_ratio: AtLeastOne = 10.0
    patience: Epochs | None = 1


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return three phases: the head on activations, the head on augmented images, all layers in growing cycles.

    The eight steps: (1) augmentation on and activations precomputed; (2) find the rate; (3) the head for 1-2 epochs
    on activations, at that rate; (4) the head for 2-3 epochs on augmented images, `cycle_len=1`; (5) unfreeze; (6)
    earlier layers 3-10x lower; (7) find the rate again; (8) `cycle_mult=2` until it overfits.

    Args:
        settings: The recipe's settings.
        epochs: Budget, 3 or more; small ones shorten the head's phases.
        training: How all phases train. Its augmentation does nothing in the first, unless `activation_views` caches
            augmented views.

    Raises:
        ValueError: If the head's phases leave no epoch.

    Source: fast.ai (2017), lesson 2, as the notes on it list the steps; step 3 keeps its rate, as fast.ai's `fit`
    did without `cycle_len`. Departure: the last phase ends with the budget at the latest, with its best state.
    """
    cached = min(max(epochs // 10, 1), 2) if settings.cached_epochs is None else settings.cached_epochs
    head = min(max(epochs // 5, 1), 3) if settings.head_epochs is None else settings.head_epochs
    check_budget(epochs, cached + head + 1, f"as cached_epochs is {cached} and head_epochs {head}")
    cycles = settings.cycles(epochs - cached - head)
    return (
        Phase(
            name="cached",
            num_epochs=cached,
            lr=settings.head_initial_lr,
            schedule=Constant(),
            first_group=-1,
            on="activations",
            training=training,
        ),
        Phase(
            name="head",
            num_epochs=head,
            lr=_as_in(settings.head_initial_lr, "cached"),
            schedule=restarts(head, cycle_len=1, cycle_mult=1),
            first_group=-1,
            training=training,
        ),
        Phase(
            name="all",
            num_epochs=cycles.cycle_ends[-1],
            lr=settings.initial_lr,
            schedule=cycles,
            layers=LayerRates(grouping="section", layer_decay=1 / settings.section_ratio),
            training=training,
            early_stopping=settings.early_stopping,
        ),
    )


def _as_in(rate: float | AutoRate, phase: str) -> float | AutoRate:
    """Return the rate of an earlier phase: the head is tested once, before it has learned anything."""
    return replace(rate, tested_in=phase) if isinstance(rate, AutoRate) else rate
