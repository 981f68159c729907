"""Checks of the arms: recipes with their settings, at every end of the ranges and for every choice."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from types import ModuleType

from study.ranges import Range, Scalar, Value
from study.spec.checks.boundary_configs import MAX_COMBINATIONS, boundary_configs
from study.spec.checks.training import continuous_problems
from study.spec.data_section import ModelSpec
from study.spec.parsing import unknown_key
from study.spec.section import Section
from study.spec.sections import ArmSpec, StudySpec
from study.spec.training import TrainingSpec
from study.spec.values import flatten, to_plain
from trainables.config import COMMON_KEYS, TRAINING_KEYS
from trainables.errors import Problem, SettingError, setting_error
from trainables.plan.training import Training
from trainables.recipes import recipe, recipe_names
from trainables.settings import build


def arm_problems(spec: StudySpec, name: str) -> list[Problem]:
    """Return each thing that is wrong with one arm."""
    arm, path = spec.arms[name], f"arms.{name}"
    if arm.recipe not in recipe_names():
        allowed = ", ".join(recipe_names())
        says = f"{arm.recipe!r} is not allowed; {allowed}"
        return [Problem(field=f"{path}.recipe", value=arm.recipe, says=says, allowed=allowed)]
    module = recipe(arm.recipe)
    wrong = [*_wrong_keys(arm, path, module), *_wrong_auto_times(arm, path, module)]
    if spec.search.choices_only:
        wrong += continuous_problems(arm.search, f"{path}.search", spec.search.algorithm)
    checked = _Checked(
        arm=arm, path=path, module=module, epochs=spec.budget.epochs, training=spec.training.values
    )
    return [*wrong, *dict.fromkeys(_impossible(checked))]


def _wrong_keys(arm: ArmSpec, path: str, module: ModuleType) -> Iterator[Problem]:
    own = [f.name for f in fields(module.Settings)]
    for where, keys in ((path, arm.constants), (f"{path}.search", arm.search)):
        for key in keys:
            if key in COMMON_KEYS:
                yield Problem(field=f"{where}.{key}", says=f"not allowed in an arm; {_belongs(key)}")
            elif key not in own:
                yield unknown_key(f"{where}.{key}", key, own)
    for key in arm.constants.keys() & flatten(arm.search).keys():
        says = f"given as a constant and in {path}.search; give it in one of them"
        yield Problem(field=f"{path}.{key}", value=arm.constants[key], says=says)


def _belongs(key: str) -> str:
    """Return where a key of every run belongs."""
    sections: dict[str, type[Section]] = {"model": ModelSpec, "training": TrainingSpec}
    places = {key: name for name, section in sections.items() for key in section.model_fields}
    places |= {
        "data": "data.target",
        "image_size": "data.target",
        "fit": "data.target",
        "epochs": "budget",
        "seed": "search",
    }
    places |= {"objective": "compare"}
    if key not in places:
        return "the study sets it itself, the same for every arm"
    return f"it belongs to {places[key]}: and is the same for every arm"


def _wrong_auto_times(arm: ArmSpec, path: str, module: ModuleType) -> Iterator[Problem]:
    own = {f.name for f in fields(module.Settings)}
    for key, value in arm.search.items():
        if not isinstance(value, Range) or value.kind != "auto_times" or key not in own:
            continue
        if f"{key}_times" not in own:
            rates = ", ".join(sorted(name for name in own if f"{name}_times" in own))
            says = f"{to_plain(value)} is not allowed; auto_times is for rates: {rates}"
            yield Problem(field=f"{path}.search.{key}", value=to_plain(value), says=says, allowed=rates)
        elif f"{key}_times" in arm.search:
            says = f"not allowed beside {key} with auto_times, which searches it"
            yield Problem(field=f"{path}.search.{key}_times", says=says)


@dataclass(frozen=True, kw_only=True)
class _Checked:
    """One arm and what its configurations are built with."""

    arm: ArmSpec
    path: str
    module: ModuleType
    epochs: int
    training: Mapping[str, Value]

    def problem(self, config: Mapping[str, Scalar]) -> Problem | None:
        """Return what makes a configuration impossible; None if nothing does, or if its training is by itself."""
        common = tuple((key, value) for key, value in config.items() if key in TRAINING_KEYS)
        training = _training(common)
        if training is None:
            return None  # Which is told once, not for every arm.
        try:
            settings = build(
                self.module.Settings, {k: v for k, v in config.items() if k not in TRAINING_KEYS}
            )
            self.module.phases(settings, epochs=self.epochs, training=training)
        except ValueError as error:
            return setting_error(error).problems[0]
        return None

    def placed(self, problem: Problem) -> Problem:
        """Return a problem with the path of its setting in the file; of `lr_times` that of the `lr` it comes from."""
        key = problem.field
        if key in TRAINING_KEYS:
            return replace(problem, field=self.path, says=f"training.{problem.says}")
        if key in self.arm.constants:
            return replace(problem, field=f"{self.path}.{key}")
        searched = key if key in self.arm.search else key.removesuffix("_times")
        return replace(problem, field=f"{self.path}.search.{searched}")


def _impossible(checked: _Checked) -> Iterator[Problem]:
    """Yield what is wrong with every boundary configuration that the recipe refuses, with repetitions."""
    own = {f.name for f in fields(checked.module.Settings)}
    values = {key: value for key, value in checked.arm.values.items() if key in own}
    for key, value in checked.arm.search.items():
        if isinstance(value, Range) and value.kind == "auto_times" and f"{key}_times" not in own:
            values.pop(key, None)  # Not a rate, which has been said.
    values |= {key: value for key, value in checked.training.items() if key in TRAINING_KEYS}
    for boundary in boundary_configs(values):
        config = dict(boundary)
        while problem := checked.problem(config):
            if problem.field not in config:
                yield replace(problem, field=checked.path)
                break
            yield checked.placed(problem)
            # Without the setting that was refused (and its multiple), the next problem comes to light.
            refused = (problem.field, f"{problem.field}_times")
            config = {key: value for key, value in config.items() if key not in refused}


@functools.lru_cache(maxsize=MAX_COMBINATIONS)
def _training(items: tuple[tuple[str, Scalar], ...]) -> Training | None:
    """Return settings of training; None if they are impossible together. Kept, as arms differ in other things."""
    try:
        return build(Training, dict(items))
    except SettingError:
        return None
