"""Progressive resizing: small images for some epochs, then full size."""

from dataclasses import dataclass, replace

from trainables.errors import refused
from trainables.limits import Epochs, Share
from trainables.plan.phases import Phase
from trainables.plan.training import Training
from trainables.recipes.shared.settings import LearningRate, check_budget
from trainables.schedules import Cosine


@dataclass(frozen=True, kw_only=True)
class Settings(LearningRate):
    """Settings of `progressive_resizing`. `lr` is the peak of both phases.

    Attributes:
        small_scale: Side of the small images as a share of the data's, in (0, 1), below training's image_scale.
        small_epochs: Epochs on small images, at least 1; left out, half of the budget.
    """

    small_scale: Share = 0.5
    small_epochs: Epochs | None = None


def phases(settings: Settings, *, epochs: int, training: Training) -> tuple[Phase, ...]:
    """Return a phase of all layers on small images and one on training's own size, a cosine each.

    Args:
        settings: The recipe's settings.
        epochs: Budget, 2 or more.
        training: How both phases train, but for the size of the first one's images.

    Raises:
        ValueError: If one of the phases would have no epoch, or the images would not be smaller.

    Source: fast.ai (2017), lesson 2: a few epochs on smaller images, then larger. It says neither sizes nor rates.
    """
    if settings.small_scale >= training.image_scale:
        raise refused("small_scale", settings.small_scale, f"below image_scale {training.image_scale}")
    small = max(epochs // 2, 1) if settings.small_epochs is None else settings.small_epochs
    check_budget(epochs, small + 1, f"as small_epochs is {small}")
    on_small = replace(training, image_scale=settings.small_scale)
    return tuple(
        Phase(
            name=name,
            num_epochs=num_epochs,
            lr=settings.initial_lr,
            schedule=Cosine(cycle_ends=(num_epochs,)),
            training=how,
        )
        for name, num_epochs, how in (("small", small, on_small), ("full", epochs - small, training))
    )
