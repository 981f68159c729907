"""Build a frozen settings class from a flat mapping, refusing what does not fit, all at once."""

import dataclasses
import functools
import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from trainables.errors import Problem, SettingError, refused, setting_error, shown
from trainables.limits import Bounds, bounds_in

T = TypeVar("T")


@functools.cache
def hints_of(cls: type) -> Mapping[str, Any]:
    """Return the type of every field, without its bounds."""
    return get_type_hints(cls)


@functools.cache
def bounds_of(cls: type) -> Mapping[str, Bounds]:
    """Return the bounds of every field."""
    return {
        name: bounds_in(_metadata(hint)) for name, hint in get_type_hints(cls, include_extras=True).items()
    }


def _metadata(hint: Any) -> tuple[object, ...]:
    """Return what a type, or one of those that it is a union of, is annotated with."""
    if get_origin(hint) is Annotated:
        return (*_metadata(get_args(hint)[0]), *get_args(hint)[1:])
    return tuple(each for option in _options(hint) if option is not hint for each in _metadata(option))


def check_bounds(settings: object) -> None:
    """Refuse numbers outside the bounds that their fields are annotated with; for `__post_init__`.

    Args:
        settings: A dataclass.

    Raises:
        SettingError: Naming every such field, its value and what is allowed.
    """
    if problems := [*_out_of_bounds(type(settings), vars(settings))]:
        raise SettingError(problems)


def build(cls: type[T], values: Mapping[str, Any], *, where: str = "config") -> T:
    """Return `cls(**values)` after checking names and types.

    Args:
        cls: A frozen dataclass whose fields are of plain types, `Literal` or unions of these, with `Bounds` or without.
        values: Field values, converted by `as_hinted`.
        where: Prefix of the field's path in messages.

    Raises:
        SettingError: Naming every unknown, missing or mistyped field, its value and what is allowed; or what
            `cls` itself refuses.
    """
    kind: type = cls
    problems = list(_misfits(kind, values))
    wrong = {problem.field for problem in problems}
    problems += _out_of_bounds(cls, {name: value for name, value in values.items() if name not in wrong})
    if problems:
        raise SettingError(problems, where)
    try:
        return cls(**{name: as_hinted(value, hints_of(kind)[name]) for name, value in values.items()})
    except ValueError as error:
        raise setting_error(error, where) from error


def _misfits(cls: type, values: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with names and types."""
    known = {field.name: field for field in dataclasses.fields(cls)}
    allowed = ", ".join(sorted(known))
    for name in (name for name in values if name not in known):
        yield Problem(
            field=name, value=values[name], allowed=allowed, says=f"unknown key (allowed: {allowed})"
        )
    for name, field in known.items():
        if name in values:
            hint = hints_of(cls)[name]
            if not fits(values[name], hint):
                says = f"{shown(values[name])} is not {describe(hint)}"
                yield Problem(field=name, value=values[name], allowed=describe(hint), says=says)
        elif field.default is field.default_factory is dataclasses.MISSING:
            yield Problem(field=name, says="missing", allowed=describe(hints_of(cls)[name]))


def _out_of_bounds(cls: type, values: Mapping[str, Any]) -> Iterator[Problem]:
    for name, bounds in bounds_of(cls).items():
        if name in values and (allowed := bounds.allowed_instead(values[name])):
            auto = ", or auto" if "auto" in _literals(hints_of(cls)[name]) else ""
            yield from refused(name, values[name], allowed + auto).problems


def _literals(hint: Any) -> tuple[Any, ...]:
    """Return the words that a field takes, beside what else it does."""
    return tuple(
        word for option in _options(hint) if get_origin(option) is Literal for word in get_args(option)
    )


def _options(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def as_hinted(value: Any, hint: Any) -> Any:
    """Return a value that fits as its field has it: 1 is 1.0 and -0.0 is 0.0 where a number is meant; others stay.

    So that what is equal has one identity: names of shared work and of plans are made of how values are written.
    """
    options = _options(hint)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) + 0.0 if is_number and float in options and int not in options else value


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


def describe(hint: Any, bounds: Bounds | None = None) -> str:
    """Return in words what a field of type `hint`, with such bounds, takes."""
    if bounds is not None and bounds.words != Bounds().words:
        number = describe(next(each for each in _options(hint) if each in (int, float)))
        return f"{number}{', ' if bounds.words.startswith('at ') else ' '}{bounds.words}"
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return " or ".join(describe(option) for option in get_args(hint))
    if origin is Literal:
        return "one of " + ", ".join(repr(option) for option in get_args(hint))
    names = {float: "a number", int: "a whole number", str: "a text", bool: "true or false"}
    return names.get(hint, "empty" if hint is types.NoneType else str(hint))
