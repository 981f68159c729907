"""All layers, the rate divided by 10 three times: the baseline of image classification."""

from dataclasses import dataclass, replace
from typing import Literal

from trainables.limits import OpenFraction, Positive
from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes.shared.settings import Ending, LearningRate, Warming
from trainables.schedules import Steps, steps_at

REFERENCE_BATCH = 256


@dataclass(frozen=True, kw_only=True)
class Settings(LearningRate, Warming, Ending):
    """Settings of `step`.

    Attributes:
        lr: The paper's is 0.1 at 256 images a step.
        drop_factor: What every drop multiplies the rate by, in (0, 1).
        follow: "paper" trains with Nesterov's momentum and takes `lr` for 256 images a step, so that it is scaled by
            b / 256; "study" takes the study's optimizer and the rate as the study does.
    """

    lr: Positive | Literal["auto"] = 0.1
    drop_factor: OpenFraction = 0.1
    follow: Literal["paper", "study"] = "paper"


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return one phase whose rate drops after a quarter, a half and three quarters of it.

    Short budgets have fewer drops, a single epoch none. A warm-up comes before, and the drops share what it leaves.

    Source: the baseline of He et al. (2019): NAG, 0.1 * b / 256, divided by 10 at epochs 30, 60 and 90 of 120.
    Departure: decay and momentum are the study's in any case.
    """
    at = steps_at(settings.after_warm_up(epochs))
    if settings.follow == "paper":
        training = replace(training, optimizer="nag", reference_batch=REFERENCE_BATCH)
    return (
        Phase(
            name="all",
            num_epochs=epochs,
            lr=settings.initial_lr,
            schedule=settings.warmed(Steps(at=at, drop_factor=settings.drop_factor)),
            training=training,
            early_stopping=settings.early_stopping,
        ),
    )
