"""Warnings about a study file: settings that are allowed, but hardly meant."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from study.ranges import num_points
from study.spec.checks.unused_settings import unused_settings

ADVISED_SEARCHES = 5
"""Independent searches of each arm from which on an interval over them is worth its name."""

if TYPE_CHECKING:
    from study.spec.sections import StudySpec


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
    if 1 < spec.search.repeats < ADVISED_SEARCHES:
        yield _few_searches(spec.search.repeats)
    yield from _training(spec)
    if spec.search.choices_only:
        yield from _grid(spec)


def _few_searches(repeats: int) -> str:
    """Say how wide an interval over so few searches is: its half in standard errors, at 95 %."""
    from scipy import stats

    few, advised = (stats.t.ppf(0.975, number - 1) for number in (repeats, ADVISED_SEARCHES))
    return (
        f"search.repeats is {repeats}: an interval over so few searches is wide ({few:.1f} standard errors to either "
        f"side; {advised:.1f} with {ADVISED_SEARCHES}); at least {ADVISED_SEARCHES} are recommended"
    )


def _training(spec: "StudySpec") -> Iterator[str]:
    training = spec.training
    unused = {name: unused_settings(spec, name) for name in spec.arms}
    for key in training.searched:
        if arms := [name for name, keys in unused.items() if key in keys]:
            yield f"training.{key} is searched, but changes nothing in {_listed(arms)}"
    for name, keys in unused.items():
        for key in sorted(keys - training.searched.keys()):
            yield f"arms.{name}.search.{key} is searched, but changes nothing"
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


def _listed(arms: list[str]) -> str:
    return f"arms {', '.join(arms[:-1])} and {arms[-1]}" if len(arms) > 1 else f"arm {arms[0]}"
