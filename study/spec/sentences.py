"""Pydantic's errors as sentences: the field's path, its value and what is allowed."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from study.spec.errors import shown
from study.spec.sections import ARM_NAME, ArmSpec, StudySpec


def structure_errors(raw: Mapping[str, Any]) -> list[ErrorDetails]:
    """Return pydantic's errors for the content of a study file; none if every key is right by itself."""
    try:
        StudySpec.model_validate(raw)
    except ValidationError as error:
        return error.errors()
    return []


def structure_problems(raw: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each key that is wrong by itself."""
    return [sentence for details in structure_errors(raw) for sentence in _sentences(details)]


def unknown_key(path: str, key: str, allowed: list[str]) -> str:
    """Return the sentence on a key that is not known."""
    close = get_close_matches(key, allowed, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    return f"{path}: unknown key{hint}; allowed: {', '.join(allowed)}"


def _sentences(details: ErrorDetails) -> Iterator[str]:
    location = details["loc"]
    path = ".".join(str(part) for part in location if part != "[key]")
    section, description = _field(location)
    cause = details.get("ctx", {}).get("error")
    if details["type"] == "extra_forbidden":
        yield unknown_key(path, str(location[-1]), list(section.model_fields))
    elif details["type"] == "missing":
        yield f"{path}: missing; {description}"
    elif isinstance(cause, ValueError) and hasattr(cause, "problems"):
        yield from (problem.removeprefix("not allowed: ") for problem in cause.problems)
    elif isinstance(cause, ValueError):
        yield f"{path}: {cause}"
    else:
        yield f"{path}: {shown(details['input'])} is not allowed; {description}"


def _field(location: tuple[int | str, ...]) -> tuple[type[BaseModel], str]:
    """Return the section that a location lies in, and in words what is allowed there."""
    section: type[BaseModel] = StudySpec
    description = _keys(StudySpec)
    for depth, part in enumerate(location):
        if location[0] == "arms" and depth == 1:
            section, description = ArmSpec, ARM_NAME if "[key]" in location else _keys(ArmSpec)
        elif isinstance(part, str) and part in section.model_fields:
            field = section.model_fields[part]
            description = field.description or description
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
                section = field.annotation
                description = _keys(section)
    return section, description


def _keys(section: type[BaseModel]) -> str:
    return f"keys and values: {', '.join(section.model_fields)}"
