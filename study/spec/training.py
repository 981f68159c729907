"""The section `training` of a study file: what every run of every arm has in common, or searches in common."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

from pydantic import Field, PlainSerializer, PlainValidator, ValidationInfo, create_model, model_validator

from study.ranges import Choice, Range, Scalar, Value, boundary_values
from study.spec.section import Section
from study.spec.values import SEARCHED, parse_value, to_plain, value_by_type
from trainables.config import RunConfig
from trainables.errors import Problem, SettingError, shown
from trainables.limits import BatchSize, Repeats, Views
from trainables.plan.training import Training
from trainables.range_test.rules import RULES, RuleName
from trainables.settings import bounds_of, describe, fits, hints_of

SEARCHABLE_RUN_KEYS = ("head_init", "zero_gamma")
"""Keys of a run, beside those of `Training`, that may be searched."""

_CLASSES: dict[str, type] = dict.fromkeys(hints_of(Training), Training) | dict.fromkeys(
    SEARCHABLE_RUN_KEYS, RunConfig
)
"""Where each key that may be searched is declared."""
_HINTS: dict[str, Any] = {key: hints_of(declared)[key] for key, declared in _CLASSES.items()}
_DEFAULTS: dict[str, Any] = {key: getattr(declared, key) for key, declared in _CLASSES.items()}


def _searchable(raw: object, info: ValidationInfo) -> Value:
    name = str(info.field_name)
    value = parse_value(raw, allowed=f"{_words(name)}, {SEARCHED}")
    if isinstance(value, Range) and value.kind == "auto_times":
        raise ValueError(f"{shown(raw)} is not allowed; auto_times is for the rates of arms")
    for boundary in boundary_values(value):
        _check(name, boundary)
    return value_by_type(value, _HINTS[name])


def _check(name: str, value: Any) -> None:
    """Refuse a value that is of a wrong type or out of the key's bounds."""
    if not fits(value, _HINTS[name]):
        raise ValueError(f"{shown(value)} is not allowed; {_words(name)}")
    bounds = bounds_of(_CLASSES[name])[name]
    if instead := bounds.allowed_instead(value):
        allowed = describe(_HINTS[name], bounds) if instead == bounds.words else instead
        raise ValueError(f"{shown(value)} is not allowed; {allowed}")


def _words(name: str) -> str:
    """Return what a key takes where it is a constant."""
    if get_origin(_HINTS[name]) is not Literal:
        return describe(_HINTS[name])
    *most, last = get_args(_HINTS[name])
    return f"{', '.join(most)} or {last}"


_SearchableValue = Annotated[Value, PlainValidator(_searchable), PlainSerializer(to_plain)]

if TYPE_CHECKING:  # mypy takes no base class that is made at run time
    _Searchable = Section
else:
    _Searchable = create_model(
        "_Searchable",
        __base__=Section,
        **{
            name: (_SearchableValue, Field(default=_DEFAULTS[name], description=_words(name)))
            for name in _HINTS
        },
    )


class TrainingSpec(_Searchable):
    """Every key of `trainables.plan.training.Training`, and those of a run that are the same for every arm.

    The keys of `Training` and `SEARCHABLE_RUN_KEYS` are constants, or ranges and choices that are part of every
    arm's space; the others are constants.
    """

    batch_size: BatchSize = RunConfig.batch_size
    range_test_rule: RuleName = Field(default=RunConfig.range_test_rule, description=", ".join(RULES))
    range_test_repeats: Repeats = RunConfig.range_test_repeats
    tta_views: Views = RunConfig.tta_views
    snapshots: Views = RunConfig.snapshots
    deterministic: bool = RunConfig.deterministic

    @model_validator(mode="before")
    @classmethod
    def _renamed(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and "nesterov" in raw:
            says = "no key any more; optimizer: nag has Nesterov's momentum"
            raise SettingError([Problem(field="nesterov", says=says, allowed="optimizer: nag")])
        return raw

    @property
    def values(self) -> dict[str, Value]:
        """Every key with its value."""
        return {name: getattr(self, name) for name in type(self).model_fields}

    @property
    def constants(self) -> dict[str, Scalar]:
        """What is the same in all runs."""
        return {key: value for key, value in self.values.items() if not isinstance(value, Range | Choice)}

    @property
    def searched(self) -> dict[str, Range | Choice]:
        """What every arm searches."""
        return {key: value for key, value in self.values.items() if isinstance(value, Range | Choice)}

    @property
    def defaults_of_searched(self) -> dict[str, Scalar]:
        """What stands for the searched keys where nothing is searched: their defaults."""
        return {key: _DEFAULTS[key] for key in self.searched}
