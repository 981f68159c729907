"""Ranges and choices of a search, in the one form that they have from a study file to a sampler."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

RangeKind = Literal["uniform", "log_uniform", "int", "auto_times"]
Scalar = str | int | float | bool | None

RANGE_KINDS: tuple[str, ...] = get_args(RangeKind)


@dataclass(frozen=True, kw_only=True)
class Range:
    """An interval to draw from.

    Attributes:
        kind: "uniform"; "log_uniform"; "int" (both ends included); "auto_times", a log-uniform multiple of
            the rate that "auto" stands for.
        low: Lower end; a whole number for "int", a float otherwise.
        high: Upper end, above `low`.
    """

    kind: RangeKind
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A list to choose from, without repetitions."""

    values: tuple[Scalar, ...]


Searched = Range | Choice
Value = Scalar | Searched
Space = Mapping[str, Searched]


def boundary_values(value: Value) -> tuple[Scalar, ...]:
    """Return the values at which a configuration can first become impossible: ends, and every choice."""
    if isinstance(value, Range):
        return (value.low, value.high)
    return value.values if isinstance(value, Choice) else (value,)


def num_points(value: Value) -> int | None:
    """Return how many values a grid has here; None for a continuous range."""
    if isinstance(value, Choice):
        return len(value.values)
    if isinstance(value, Range):
        return int(value.high - value.low) + 1 if value.kind == "int" else None
    return 1


def middle(domain: Searched) -> Scalar:
    """Return the middle of a range, the geometric one of a log range, or the middle one of a choice."""
    if isinstance(domain, Choice):
        return domain.values[len(domain.values) // 2]
    if domain.kind == "int":
        return int(domain.low + domain.high) // 2
    return (domain.low + domain.high) / 2 if domain.kind == "uniform" else math.sqrt(domain.low * domain.high)


def contains(domain: Searched, value: object) -> bool:
    """Return whether a value is one that a range or choice allows."""
    if isinstance(domain, Choice):
        return any(type(value) is type(each) and value == each for each in domain.values)
    if isinstance(value, bool) or not isinstance(value, int if domain.kind == "int" else float):
        return False
    return domain.low <= value <= domain.high
