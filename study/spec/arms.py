"""The arms of a study as the search takes them: constants and Ray Tune domains."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from study.spec.sections import StudySpec
from study.spec.values import Choice, Range, Value


@dataclass(frozen=True, kw_only=True)
class Arm:
    """A recipe with its search space.

    Attributes:
        name: Name of the arm.
        recipe: Name of its recipe.
        constants: Flat configuration: everything that is the same in all trials of the arm.
        space: Flat key to Ray Tune domain.
    """

    name: str
    recipe: str
    constants: Mapping[str, Any]
    space: Mapping[str, Any]


def build_arms(spec: StudySpec) -> tuple[Arm, ...]:
    """Return the arms of a study, in the order of the file.

    `lr: {auto_times: [a, b]}` becomes the constant `lr: auto` and a log-uniform `lr_times`. Under grid search
    a range of whole numbers becomes a choice. What `training:` searches is in the space of every arm, as the networks
    are. `objective` is left out while the study file says "auto".
    """
    return tuple(_build(name, spec) for name in spec.arms)


def sample_config(arm: Arm, sampled: Mapping[str, Any], **extra: Any) -> dict[str, Any]:
    """Return the flat configuration of one run.

    Args:
        arm: The run's arm.
        sampled: A value for every key of the arm's space.
        extra: What the study adds, such as `data` and `seed`; it goes over the arm's constants.

    Raises:
        ValueError: If `sampled` lacks a key of the space or has another.
    """
    if sampled.keys() != arm.space.keys():
        wrong = ", ".join(sorted(sampled.keys() ^ arm.space.keys()))
        raise ValueError(f"arm {arm.name}: sampled keys and search space differ by {wrong}")
    return {**arm.constants, **sampled, **extra}


def _build(name: str, spec: StudySpec) -> Arm:
    arm = spec.arms[name]
    values: dict[str, Value] = {
        "architecture": spec.model.architecture,
        **spec.training.values,
        **arm.values,
    }
    common = {
        "recipe": arm.recipe,
        "epochs": spec.budget.epochs,
        "weights": spec.model.weights,
        "normalisation": spec.model.normalisation,
        "width": spec.model.width,
    }
    if spec.compare.objective != "auto":
        common["objective"] = spec.compare.objective
    constants = {key: value for key, value in values.items() if not isinstance(value, Range | Choice)}
    grid = spec.search.algorithm == "grid"
    space = {key: _domain(value, grid) for key, value in values.items() if isinstance(value, Range | Choice)}
    return Arm(name=name, recipe=arm.recipe, constants={**common, **constants}, space=space)


def _domain(value: Range | Choice, grid: bool) -> Any:
    from ray import tune

    if isinstance(value, Choice):
        return tune.choice(list(value.values))
    low, high = value.low, value.high
    if value.kind == "int":
        last = int(high)
        return tune.choice(list(range(int(low), last + 1))) if grid else tune.randint(int(low), last + 1)
    return tune.uniform(low, high) if value.kind == "uniform" else tune.loguniform(low, high)
