"""Checks of `training`: its settings together, at every end of their ranges and for every choice."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from study.ranges import Range, Value
from study.spec.checks.boundary_configs import boundary_configs
from study.spec.sections import StudySpec
from study.spec.values import to_plain
from trainables.config import RUN_KEYS, TRAINING_KEYS, RunConfig, check_layout
from trainables.errors import Problem, SettingError
from trainables.plan.training import Training
from trainables.settings import build


def training_problems(spec: StudySpec) -> list[Problem]:
    """Return each thing that is wrong between the keys of `training`, and with the weights."""
    values = spec.training.values
    wrong = (
        list(continuous_problems(values, "training", spec.search.algorithm))
        if spec.search.choices_only
        else []
    )
    return [*wrong, *dict.fromkeys(_impossible(spec))]


def continuous_problems(values: Mapping[str, Value], path: str, algorithm: str) -> Iterator[Problem]:
    """Yield a problem for each range that no sampler of choices can have.

    Args:
        values: Constants, ranges and choices.
        path: Where in the study file they stand.
        algorithm: The sampler's name.
    """
    for key, value in values.items():
        if isinstance(value, Range) and value.kind != "int":
            between = math.sqrt(value.low * value.high) if value.low > 0 else (value.low + value.high) / 2
            points = ", ".join(f"{point:.3g}" for point in (value.low, between, value.high))
            instead = "auto or a list" if value.kind == "auto_times" else "a list"
            allowed = f"{instead}, such as {{choice: [{points}]}}"
            says = f"{to_plain(value)} is not allowed with search.algorithm {algorithm}; {allowed}"
            yield Problem(field=f"{path}.{key}", value=to_plain(value), says=says, allowed=allowed)


def _impossible(spec: StudySpec) -> Iterator[Problem]:
    """Yield what is wrong with every boundary configuration that is refused, with repetitions."""
    device = "cuda" if spec.resources.gpus else "cpu"
    model = {"weights": spec.model.weights, "width": spec.model.width, "device": device}
    run = {"recipe": "", "data": "", "epochs": spec.budget.epochs, **model}
    for boundary in boundary_configs(spec.training.values):
        try:
            training = build(
                Training, {key: value for key, value in boundary.items() if key in TRAINING_KEYS}
            )
            config = build(
                RunConfig, run | {key: value for key, value in boundary.items() if key in RUN_KEYS}
            )
            for architecture in spec.model.architectures:
                check_layout(replace(config, architecture=architecture), training)
        except SettingError as error:
            yield from (replace(problem, field=f"training.{problem.field}") for problem in error.problems)
