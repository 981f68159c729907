"""Whether an arm's recipe takes its settings, at every end of its ranges and for every choice."""

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from types import ModuleType

from study.spec_models import ArmSpec, ModelSpec, Section, StudySpec, TrainingSpec
from study.spec_sentences import unknown_key
from study.spec_values import Range, Scalar, Value, corners, flatten, to_plain
from trainables.config import COMMON_KEYS
from trainables.recipes import recipe, recipe_names
from trainables.settings import build

MAX_COMBINATIONS = 1_024
"""Up to so many combinations of corners are all tried; of more, those in which two leave their first."""

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
        wrong += _continuous(arm, path)
    checked = _Checked(arm=arm, path=path, module=module, epochs=spec.budget.epochs)
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
    places |= {"data": "data.target", "image_size": "data.target", "epochs": "budget", "seed": "search"}
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


def _continuous(arm: ArmSpec, path: str) -> Iterator[str]:
    for key, value in arm.search.items():
        if isinstance(value, Range) and value.kind != "int":
            between = math.sqrt(value.low * value.high) if value.low > 0 else (value.low + value.high) / 2
            points = ", ".join(f"{point:.3g}" for point in (value.low, between, value.high))
            instead = "auto or a list" if value.kind == "auto_times" else "a list"
            yield (
                f"{path}.search.{key}: {to_plain(value)} is not allowed with search.algorithm grid; "
                f"{instead}, such as {{choice: [{points}]}}"
            )


@dataclass(frozen=True, kw_only=True)
class _Checked:
    """One arm and what its configurations are built with."""

    arm: ArmSpec
    path: str
    module: ModuleType
    epochs: int

    def problem(self, config: Mapping[str, Scalar]) -> str | None:
        """Return what makes a configuration impossible; None if nothing does."""
        try:
            self.module.phases(build(self.module.Settings, config), epochs=self.epochs)
        except ValueError as error:
            return str(error).partition("\n")[0]
        return None

    def where(self, key: str) -> str:
        """Return the path of a setting in the file; of `lr_times` that of the `lr` that it comes from."""
        if key in self.arm.constants:
            return f"{self.path}.{key}"
        return f"{self.path}.search.{key if key in self.arm.search else key.removesuffix('_times')}"


def _impossible(checked: _Checked) -> Iterator[str]:
    """Return a sentence for every corner that the recipe refuses, with repetitions."""
    own = {f.name for f in fields(checked.module.Settings)}
    values = {key: value for key, value in checked.arm.values.items() if key in own}
    for key, value in checked.arm.search.items():
        if isinstance(value, Range) and value.kind == "auto_times" and f"{key}_times" not in own:
            values.pop(key, None)  # Not a rate, which has been said.
    for corner in _corners(values):
        config = dict(corner)
        while problem := checked.problem(config):
            start = _FIELD.match(problem)
            if start is None or start[1] not in config:
                yield f"{checked.path}: {problem.removeprefix('config: ')}"
                break
            key = start[1]
            yield f"{checked.where(key)}: {_message(problem, key)}"
            # Without the setting that was refused (and its multiple), the next problem comes to light.
            config = {k: v for k, v in config.items() if k not in (key, f"{key}_times")}


def _message(problem: str, key: str) -> str:
    """Return a message without the prefix that `build` gives it."""
    return problem.removeprefix(f"config.{key}: ").removeprefix("config: ")


def _corners(values: Mapping[str, Value]) -> Iterator[dict[str, Scalar]]:
    """Return the configurations at which an impossibility shows first."""
    options = {key: corners(value) for key, value in values.items()}
    if math.prod(map(len, options.values())) <= MAX_COMBINATIONS:
        yield from (dict(zip(options, point, strict=True)) for point in itertools.product(*options.values()))
        return
    first = {key: option[0] for key, option in options.items()}
    for one, other in itertools.combinations(options, 2):
        for a, b in itertools.product(options[one], options[other]):
            yield {**first, one: a, other: b}
