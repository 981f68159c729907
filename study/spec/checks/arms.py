"""Whether an arm's recipe takes its settings, at every end of its ranges and for every choice."""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from types import ModuleType

from study.spec.checks.boundary_configs import MAX_COMBINATIONS, corner_configs
from study.spec.checks.training import continuous_problems
from study.spec.section import Section
from study.spec.sections import ArmSpec, ModelSpec, StudySpec
from study.spec.sentences import unknown_key
from study.spec.training import TrainingSpec
from study.spec.values import Range, Scalar, Value, flatten, to_plain
from trainables.config import COMMON_KEYS, TRAINING_KEYS
from trainables.plan.training import Training
from trainables.recipes import recipe, recipe_names
from trainables.settings import build

_FIELD = re.compile(r"(?:\w+(?:\.|: ))?(\w+)(?:: | is )")
"""How a message of `build` or of a recipe begins: `config.lr: ...`, `config: lr is ...` or `lr is ...`."""


def arm_problems(spec: StudySpec, name: str) -> list[str]:
    """Return a sentence for each thing that is wrong with one arm."""
    arm, path = spec.arms[name], f"arms.{name}"
    if arm.recipe not in recipe_names():
        return [f"{path}.recipe: {arm.recipe!r} is not allowed; {', '.join(recipe_names())}"]
    module = recipe(arm.recipe)
    wrong = [*_wrong_keys(arm, path, module), *_wrong_auto_times(arm, path, module)]
    if spec.search.algorithm == "grid":
        wrong += continuous_problems(arm.search, f"{path}.search")
    checked = _Checked(
        arm=arm, path=path, module=module, epochs=spec.budget.epochs, training=spec.training.values
    )
    return [*wrong, *dict.fromkeys(_impossible(checked))]


def _wrong_keys(arm: ArmSpec, path: str, module: ModuleType) -> Iterator[str]:
    own = [f.name for f in fields(module.Settings)]
    for where, keys in ((path, arm.constants), (f"{path}.search", arm.search)):
        for key in keys:
            if key in COMMON_KEYS:
                yield f"{where}.{key}: not allowed in an arm; {_belongs(key)}"
            elif key not in own:
                yield unknown_key(f"{where}.{key}", key, own)
    for key in arm.constants.keys() & flatten(arm.search).keys():
        yield f"{path}.{key}: given as a constant and in {path}.search; give it in one of them"


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


def _wrong_auto_times(arm: ArmSpec, path: str, module: ModuleType) -> Iterator[str]:
    own = {f.name for f in fields(module.Settings)}
    for key, value in arm.search.items():
        if not isinstance(value, Range) or value.kind != "auto_times" or key not in own:
            continue
        if f"{key}_times" not in own:
            rates = ", ".join(sorted(name for name in own if f"{name}_times" in own))
            yield f"{path}.search.{key}: {to_plain(value)} is not allowed; auto_times is for rates: {rates}"
        elif f"{key}_times" in arm.search:
            yield f"{path}.search.{key}_times: not allowed beside {key} with auto_times, which searches it"


@dataclass(frozen=True, kw_only=True)
class _Checked:
    """One arm and what its configurations are built with."""

    arm: ArmSpec
    path: str
    module: ModuleType
    epochs: int
    training: Mapping[str, Value]

    def problem(self, config: Mapping[str, Scalar]) -> str | None:
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
            return str(error).partition("\n")[0]
        return None

    def sentence(self, key: str, problem: str) -> str:
        """Return a message on a setting behind its path in the file; of `lr_times` that of the `lr` it comes from."""
        message = problem.removeprefix(f"config.{key}: ").removeprefix("config: ")
        if key in TRAINING_KEYS:
            return f"{self.path}: training.{message}"
        if key in self.arm.constants:
            return f"{self.path}.{key}: {message}"
        searched = key if key in self.arm.search else key.removesuffix("_times")
        return f"{self.path}.search.{searched}: {message}"


def _impossible(checked: _Checked) -> Iterator[str]:
    """Return a sentence for every corner that the recipe refuses, with repetitions."""
    own = {f.name for f in fields(checked.module.Settings)}
    values = {key: value for key, value in checked.arm.values.items() if key in own}
    for key, value in checked.arm.search.items():
        if isinstance(value, Range) and value.kind == "auto_times" and f"{key}_times" not in own:
            values.pop(key, None)  # Not a rate, which has been said.
    values |= {key: value for key, value in checked.training.items() if key in TRAINING_KEYS}
    for corner in corner_configs(values):
        config = dict(corner)
        while problem := checked.problem(config):
            start = _FIELD.match(problem)
            if start is None or start[1] not in config:
                yield f"{checked.path}: {problem.removeprefix('config: ')}"
                break
            key = start[1]
            yield checked.sentence(key, problem)
            # Without the setting that was refused (and its multiple), the next problem comes to light.
            config = {k: v for k, v in config.items() if k not in (key, f"{key}_times")}


@functools.lru_cache(maxsize=MAX_COMBINATIONS)
def _training(items: tuple[tuple[str, Scalar], ...]) -> Training | None:
    """Return settings of training; None if they are impossible together. Kept, as arms differ in other things."""
    try:
        return build(Training, dict(items))
    except ValueError:
        return None
