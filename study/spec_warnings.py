"""What a study file allows, but hardly means."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from study.spec_values import corners, num_points, to_plain

if TYPE_CHECKING:
    from study.spec_models import StudySpec

_ONLY_WITH = {
    "momentum": ("optimizer", {"momentum", "nag"}),
    "min_crop_area": ("augment", {"resized_crop", "resized_crop_flip"}),
}
"""Keys of training that count only where another has one of these values."""


def spec_warnings(spec: "StudySpec") -> Iterator[str]:
    """Yield a sentence for each thing."""
    if spec.confirm.seeds == 0:
        yield "confirm.seeds is 0: nothing is confirmed, and search results are all that there will be"
    if spec.confirm.seeds == 1:
        yield "confirm.seeds is 1: no interval can be given"
    if len(spec.arms) == 1:
        yield f"arms has only {next(iter(spec.arms))}: there is nothing to compare it with"
    if spec.data.source is not None and spec.model.weights != "source":
        yield f"data.source is given, but model.weights is {spec.model.weights!r}: the source is not used"
    yield from _training(spec)
    if spec.search.algorithm == "grid":
        yield from _grid(spec)


def _training(spec: "StudySpec") -> Iterator[str]:
    training = spec.training
    for key, (other, wanted) in _ONLY_WITH.items():
        if key in training.searched and wanted.isdisjoint(corners(training.values[other])):
            given = to_plain(training.values[other])
            yield f"training.{key} is searched, but training.{other} is {given!r}: only a recipe's own makes it count"
    if training.searched and spec.model.weights == "source":
        defaults = ", ".join(f"{key} {value}" for key, value in training.defaults_of_searched.items())
        yield f"training is searched, but the source's weights are trained before that: with {defaults}"


def _grid(spec: "StudySpec") -> Iterator[str]:
    for name, arm in spec.arms.items():
        values = (spec.model.architecture, *spec.training.searched.values(), *arm.values.values())
        size = math.prod(num_points(value) or 1 for value in values)
        if size != spec.budget.trials:
            yield (
                f"budget.trials is {spec.budget.trials}, but the grid of arms.{name} has {size} points: "
                f"{min(size, spec.budget.trials)} of them are run"
            )
