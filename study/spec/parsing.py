"""The content of a study file as a `StudySpec`, or every problem of single keys: path, value and what is allowed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from study.spec.section import allowed_in
from study.spec.sections import ARM_NAME, ArmSpec, StudySpec
from trainables.errors import Problem, SettingError, shown


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """What came of one validation.

    Attributes:
        spec: The study; None where a key is wrong by itself.
        errors: Pydantic's.
        problems: The same errors as messages have them.
    """

    spec: StudySpec | None = None
    errors: tuple[ErrorDetails, ...] = ()
    problems: tuple[Problem, ...] = ()


def parse(raw: Mapping[str, Any]) -> Parsed:
    """Return what the completed content of a study file is, key by key; what is between keys is checked elsewhere."""
    try:
        return Parsed(spec=StudySpec.model_validate(raw))
    except ValidationError as error:
        errors = tuple(error.errors())
    return Parsed(errors=errors, problems=tuple(problem for each in errors for problem in _problems(each)))


def unknown_key(path: str, key: str, allowed: list[str]) -> Problem:
    """Return the problem of a key that is not known."""
    close = get_close_matches(key, allowed, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    names = ", ".join(allowed)
    return Problem(field=path, allowed=names, says=f"unknown key{hint}; allowed: {names}")


def _problems(details: ErrorDetails) -> Iterator[Problem]:
    location = details["loc"]
    path = ".".join(str(part) for part in location if part != "[key]")
    section, allowed = _field(location)
    cause = details.get("ctx", {}).get("error")
    if details["type"] == "extra_forbidden":
        yield unknown_key(path, str(location[-1]), list(section.model_fields))
    elif details["type"] == "missing":
        yield Problem(field=path, allowed=allowed, says=f"missing; {allowed}")
    elif isinstance(cause, SettingError):
        for problem in cause.problems:
            below = "" if problem.names_itself or not problem.field else f".{problem.field}"
            yield replace(problem, field=f"{path}{below}")
    elif isinstance(cause, ValueError):
        yield Problem(field=path, value=details["input"], allowed=allowed, says=str(cause))
    else:
        says = f"{shown(details['input'])} is not allowed; {allowed}"
        yield Problem(field=path, value=details["input"], allowed=allowed, says=says)


def _field(location: tuple[int | str, ...]) -> tuple[type[BaseModel], str]:
    """Return the section that a location lies in, and in words what is allowed there."""
    section: type[BaseModel] = StudySpec
    allowed = _keys(StudySpec)
    for depth, part in enumerate(location):
        if location[0] == "arms" and depth == 1:
            section, allowed = ArmSpec, ARM_NAME if "[key]" in location else _keys(ArmSpec)
        elif isinstance(part, str) and part in section.model_fields:
            field = section.model_fields[part]
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
                section = field.annotation
                allowed = _keys(section)
            else:
                allowed = allowed_in(field)
    return section, allowed


def _keys(section: type[BaseModel]) -> str:
    return f"keys and values: {', '.join(section.model_fields)}"
