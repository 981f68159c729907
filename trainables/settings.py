"""Build a frozen settings class from a flat mapping, refusing what does not fit, all at once."""

import dataclasses
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def build(cls: type[T], values: Mapping[str, Any], *, where: str = "config") -> T:
    """Return `cls(**values)` after checking names and types.

    Args:
        cls: A frozen dataclass whose fields are of plain types, `Literal` or unions of these.
        values: Field values. A whole number is accepted for a float; nothing else is converted.
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
    if problems:
        raise ValueError("\n".join(problems))
    try:
        return cls(**{n: float(v) if hints[n] is float else v for n, v in values.items()})
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error


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
