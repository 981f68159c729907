"""The arms of a study as the search takes them: constants, and what is searched."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from study.ranges import Choice, Range, Space, Value, middle
from study.spec.sections import StudySpec


@dataclass(frozen=True, kw_only=True)
class Arm:
    """A recipe with its search space.

    Attributes:
        name: Name of the arm.
        recipe: Name of its recipe.
        constants: Flat configuration: everything that is the same in all trials of the arm.
        space: Flat key to range or choice.
    """

    name: str
    recipe: str
    constants: Mapping[str, Any]
    space: Space


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
    if spec.search.choices_only:
        values = {key: _as_choice(value) for key, value in values.items()}
    constants = {key: value for key, value in values.items() if not isinstance(value, Range | Choice)}
    space = {key: value for key, value in values.items() if isinstance(value, Range | Choice)}
    return Arm(name=name, recipe=arm.recipe, constants={**common, **constants}, space=space)


def representative(arm: Arm, **extra: Any) -> dict[str, Any]:
    """Return the flat configuration in the middle of an arm's space: the middle of every range and every choice."""
    return sample_config(arm, {key: middle(domain) for key, domain in arm.space.items()}, **extra)


def _as_choice(value: Value) -> Value:
    """Return a range of whole numbers as a choice, for a sampler that takes no ranges."""
    if isinstance(value, Range) and value.kind == "int":
        return Choice(values=tuple(range(int(value.low), int(value.high) + 1)))
    return value
