"""The plans that an arm's configurations come to, at the ends of its ranges and for every choice."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from study.ranges import Scalar
from study.spec.checks.boundary_configs import boundary_configs
from trainables.config import TRAINING_KEYS
from trainables.plan.phases import Grouping, Phase
from trainables.plan.training import Training
from trainables.recipes import recipe
from trainables.settings import build

if TYPE_CHECKING:
    from study.spec.sections import StudySpec


def arm_plans(spec: "StudySpec", name: str) -> Iterator[tuple[Phase, ...]]:
    """Yield the phases of an arm of a checked study, with repetitions."""
    yield from (plan for _, plan in planned_boundaries(spec, name))


def planned_boundaries(spec: "StudySpec", name: str) -> Iterator[tuple[dict[str, Scalar], tuple[Phase, ...]]]:
    """Yield configurations of an arm of a checked study, and the phases that they come to."""
    arm = spec.arms[name]
    module = recipe(arm.recipe)
    common = {key: value for key, value in spec.training.values.items() if key in TRAINING_KEYS}
    for boundary in boundary_configs(arm.values | common):
        training = build(Training, {key: boundary[key] for key in common})
        settings = build(module.Settings, {key: boundary[key] for key in arm.values})
        yield boundary, module.phases(settings, epochs=spec.budget.epochs, training=training)


def image_sides(spec: "StudySpec", *, image_size: int) -> dict[int, str]:
    """Return each side in pixels that some phase of an arm trains on, with the first arm that does.

    Sides within a range of `image_scale` are left out, its ends are there.

    Args:
        spec: A checked study.
        image_size: Side of the data's images, in pixels.
    """
    from trainables.loop.phase_setup import training_side

    sides: dict[int, str] = {}
    for name in spec.arms:
        for plan in arm_plans(spec, name):
            for phase in plan:
                sides.setdefault(training_side(image_size, phase.training.image_scale), name)
    return sides


def groupings(spec: "StudySpec") -> dict[Grouping, str]:
    """Return each grouping that some phase of an arm has its rates by, with the first arm that does."""
    found: dict[Grouping, str] = {}
    for name in spec.arms:
        for plan in arm_plans(spec, name):
            for phase in plan:
                found.setdefault(phase.layers.grouping, name)
    return found
