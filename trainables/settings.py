"""Build a frozen settings class from a flat mapping, refusing what does not fit, all at once."""

import dataclasses
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from trainables.limits import too_large

T = TypeVar("T")


def build(cls: type[T], values: Mapping[str, Any], *, where: str = "config") -> T:
    """Return `cls(**values)` after checking names and types.

    Args:
        cls: A frozen dataclass whose fields are of plain types, `Literal` or unions of these.
        values: Field values, converted by `as_hinted`; numbers lie within `trainables.limits`.
        where: Prefix of the field's path in messages.

    Raises:
        ValueError: Naming every unknown, missing or mistyped field, its value and what is allowed; or what
            `cls` itself refuses.
    """
    hints = get_type_hints(cls)
    all_fields = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    problems = [
        f"{where}.{name}: unknown key (allowed: {', '.join(sorted(all_fields))})"
        for name in values
        if name not in all_fields
    ]
    problems += [
        f"{where}.{name}: missing"
        for name, f in all_fields.items()
        if name not in values
        and f.default is dataclasses.MISSING
        and f.default_factory is dataclasses.MISSING
    ]
    problems += [
        f"{where}.{name}: {values[name]!r} is not {describe(hints[name])}"
        for name in all_fields
        if name in values and not fits(values[name], hints[name])
    ]
    problems += [
        f"{where}.{name}: {_short(values[name])} is not allowed; {beyond}"
        for name in all_fields
        if name in values and (beyond := too_large(name, values[name]))
    ]
    if problems:
        raise ValueError("\n".join(problems))
    try:
        return cls(**{n: as_hinted(v, hints[n]) for n, v in values.items()})
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error


def as_hinted(value: Any, hint: Any) -> Any:
    """Return a value that fits as its field has it: 1 is 1.0 and -0.0 is 0.0 where a number is meant; others stay.

    So that what is equal has one identity: names of shared work and of plans are made of how values are written.
    """
    options = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) + 0.0 if is_number and float in options and int not in options else value


def _short(value: object) -> str:
    """Return a number, of which a long one is not written out."""
    return (
        "a whole number of over 20 digits" if isinstance(value, int) and abs(value) > 10**20 else repr(value)
    )


def fits(value: Any, hint: Any) -> bool:
    """Return whether `value` may stand for a field of type `hint`."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return any(fits(value, option) for option in get_args(hint))
    if origin is Literal:
        return value in get_args(hint) and not isinstance(value, bool)
    if hint is types.NoneType:
        return value is None
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, hint)


def describe(hint: Any) -> str:
    """Return in words what a field of type `hint` takes."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return " or ".join(describe(option) for option in get_args(hint))
    if origin is Literal:
        return "one of " + ", ".join(repr(option) for option in get_args(hint))
    names = {float: "a number", int: "a whole number", str: "a text", bool: "true or false"}
    return names.get(hint, "empty" if hint is types.NoneType else str(hint))
