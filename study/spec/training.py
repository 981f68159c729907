"""The section `training` of a study file: what every run of every arm has in common, or searches in common."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import Field, PlainSerializer, PlainValidator, ValidationInfo, create_model, model_validator

from study.spec.errors import SpecError, shown
from study.spec.numbers import value_by_type
from study.spec.section import COUNT, COUNT_OR_NONE, SWITCH, Section
from study.spec.values import SEARCHED, Choice, Range, Scalar, Value, corners, parse_value, to_plain
from trainables.config import TRAINING_KEYS, RunConfig
from trainables.plan.training import Training
from trainables.range_test.rules import RULES, RuleName
from trainables.settings import describe, fits

SEARCHABLE_RUN_KEYS = ("head_init", "zero_gamma")
"""Keys of a run, beside those of `Training`, that may be searched."""

_HINTS: dict[str, Any] = get_type_hints(Training) | {
    key: get_type_hints(RunConfig)[key] for key in SEARCHABLE_RUN_KEYS
}
_DEFAULTS: dict[str, Any] = {
    key: getattr(Training if key in TRAINING_KEYS else RunConfig, key) for key in _HINTS
}


def _searchable(raw: object, info: ValidationInfo) -> Value:
    name = str(info.field_name)
    value = parse_value(raw, allowed=f"{_words(name)}, {SEARCHED}")
    if isinstance(value, Range) and value.kind == "auto_times":
        raise ValueError(f"{shown(raw)} is not allowed; auto_times is for the rates of arms")
    for corner in corners(value):
        _check(name, corner)
    return value_by_type(value, _HINTS[name])


def _check(name: str, value: Any) -> None:
    """Refuse a value that `Training` would not take beside the defaults of all its other fields."""
    if not fits(value, _HINTS[name]):
        raise ValueError(f"{shown(value)} is not allowed; {_words(name)}")
    if name not in TRAINING_KEYS:
        return
    try:
        Training(**{name: value})
    except ValueError as error:
        allowed = str(error).partition(": ")[2].removesuffix(" is allowed").rstrip(",")
        in_words = allowed.replace(f"0 <= {name} < 1", "a number from 0, below 1")
        raise ValueError(f"{shown(value)} is not allowed; {in_words}") from error


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

    batch_size: int = Field(default=RunConfig.batch_size, ge=2, description="a whole number, at least 2")
    range_test_rule: RuleName = Field(default=RunConfig.range_test_rule, description=", ".join(RULES))
    range_test_repeats: int = Field(default=RunConfig.range_test_repeats, ge=1, description=COUNT)
    tta_views: int = Field(default=RunConfig.tta_views, ge=0, description=COUNT_OR_NONE)
    snapshots: int = Field(default=RunConfig.snapshots, ge=0, description=COUNT_OR_NONE)
    deterministic: bool = Field(default=RunConfig.deterministic, description=SWITCH)

    @model_validator(mode="before")
    @classmethod
    def _renamed(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and "nesterov" in raw:
            raise SpecError(["training.nesterov: no key any more; optimizer: nag has Nesterov's momentum"])
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
