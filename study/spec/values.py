"""The grammar of a value in a study file: a constant, `auto`, a range or a choice."""

import math
from collections.abc import Mapping
from typing import Any, cast

from study.ranges import RANGE_KINDS, Choice, Range, RangeKind, Scalar, Value
from trainables.errors import shown
from trainables.limits import MAX_NUMBER
from trainables.recipes import recipe, recipe_names
from trainables.settings import as_hinted, hints_of

KINDS = (*RANGE_KINDS, "choice")
ALLOWED = "a constant, auto, {choice: [...]}, or one of " + ", ".join(
    f"{{{kind}: [a, b]}}" for kind in RANGE_KINDS
)
SEARCHED = "{choice: [...]}, or one of " + ", ".join(
    f"{{{kind}: [a, b]}}" for kind in RANGE_KINDS if kind != "auto_times"
)
"""What may stand for a setting that is no rate, beside a constant."""


def parse_value(raw: object, *, allowed: str = ALLOWED) -> Value:
    """Return a value of the grammar.

    Args:
        raw: As read from YAML, or parsed already.
        allowed: What messages say about a value that is outside the grammar.

    Raises:
        ValueError: In words that follow the field's path: the value and what is allowed.
    """
    if isinstance(raw, Range | Choice):
        return raw
    if isinstance(raw, Mapping) and len(raw) == 1 and (kind := next(iter(raw))) in KINDS:
        return _choice(raw) if kind == "choice" else _range(raw, kind)
    return parse_scalar(raw, allowed=allowed)


def parse_scalar(raw: object, *, allowed: str = "a constant") -> Scalar:
    """Return a constant.

    Raises:
        ValueError: If it is a list, a mapping or not finite.
    """
    if isinstance(raw, float) and not math.isfinite(raw):
        raise ValueError(f"{raw} is not allowed; a finite number")
    if isinstance(raw, int | float) and abs(raw) > MAX_NUMBER:
        raise ValueError(f"{shown(raw)} is not allowed; at most {MAX_NUMBER}")
    if raw is None or isinstance(raw, str | int | float):
        return raw
    raise ValueError(f"{shown(raw)} is not allowed; {allowed}")


def is_domain(raw: object) -> bool:
    """Return whether a YAML value is a range or a choice, which presets replace as a whole."""
    return isinstance(raw, Mapping) and len(raw) == 1 and next(iter(raw)) in KINDS


def to_plain(value: Value) -> Any:
    """Return a value as YAML has it."""
    if isinstance(value, Range):
        return {value.kind: [value.low, value.high]}
    if isinstance(value, Choice):
        return {"choice": list(value.values)}
    return value


def flatten(search: Mapping[str, Value]) -> dict[str, Value]:
    """Return values by the recipe's keys: `auto_times` of `lr` gives `lr: auto` and a range of `lr_times`."""
    flat: dict[str, Value] = {}
    for key, value in search.items():
        if isinstance(value, Range) and value.kind == "auto_times":
            flat[key] = "auto"
            flat[f"{key}_times"] = Range(kind="log_uniform", low=value.low, high=value.high)
        else:
            flat[key] = value
    return flat


def _range(raw: Mapping[str, Any], kind: str) -> Range:
    ends = raw[kind]
    whole = kind == "int"
    number = f"a {'whole' if whole else 'finite'} number, at most {MAX_NUMBER}"
    if (
        not isinstance(ends, list | tuple)
        or len(ends) != 2
        or not all(_is_number(end, whole) for end in ends)
    ):
        raise ValueError(f"{shown(raw)} is not allowed; {{{kind}: [a, b]}}, each end {number}")
    low, high = ends if whole else map(float, ends)
    if low >= high:
        raise ValueError(f"{shown(raw)} is an empty range; {{{kind}: [a, b]}} with a below b")
    if kind in ("log_uniform", "auto_times") and low <= 0:
        raise ValueError(f"{shown(raw)} is not allowed; {{{kind}: [a, b]}} with both ends above 0")
    return Range(kind=cast(RangeKind, kind), low=low, high=high)


def _is_number(value: object, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= MAX_NUMBER and (isinstance(value, int) or not whole)


def _choice(raw: Mapping[str, Any]) -> Choice:
    values = raw["choice"]
    if not isinstance(values, list | tuple) or not values:
        raise ValueError(f"{shown(raw)} is not allowed; {{choice: [...]}} with at least one constant")
    constants = tuple(parse_scalar(value, allowed="a list of constants") for value in values)
    # 1 and 1.0 are one value to the sampler; 1 and true are not one to us.
    if len({(isinstance(value, bool), value) for value in constants}) < len(constants):
        raise ValueError(f"{shown(raw)} has a value twice; {{choice: [...]}} with different constants")
    return Choice(values=constants)


def by_type(arm: dict[str, Any]) -> dict[str, Any]:
    """Return an arm's constants and search as its recipe's settings have them; what does not fit stays as it is.

    Args:
        arm: As read from YAML, or parsed already; it may be wrong in every way.
    """
    name = arm.get("recipe")
    if not isinstance(name, str) or name not in recipe_names():
        return arm
    hints = hints_of(recipe(name).Settings)
    converted = {key: _raw(value, hints[key]) if key in hints else value for key, value in arm.items()}
    if isinstance(search := arm.get("search"), dict):
        converted["search"] = {
            key: _raw(value, hints[key]) if key in hints else value for key, value in search.items()
        }
    return converted


def value_by_type(value: Value, hint: Any) -> Value:
    """Return a parsed value with its constants as a field of type `hint` has them."""
    if isinstance(value, Choice):
        return Choice(values=tuple(as_hinted(each, hint) for each in value.values))
    return value if isinstance(value, Range) else as_hinted(value, hint)


def _raw(value: Any, hint: Any) -> Any:
    if isinstance(value, Choice | Range):
        return value_by_type(value, hint)
    if isinstance(value, dict) and set(value) == {"choice"} and isinstance(value["choice"], list | tuple):
        return {"choice": [_number(each, hint) for each in value["choice"]]}
    return _number(value, hint)


def _number(value: Any, hint: Any) -> Any:
    """Return a number by its type; one that no float can hold is complained about elsewhere."""
    try:
        return as_hinted(value, hint)
    except OverflowError:
        return value
