"""Rules that make a suggestion out of range tests, by name. `docs/range_test.md` says what they are worth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Literal, get_args

from trainables.range_test import marks
from trainables.range_test.curve import RangeTest
from trainables.range_test.pooling import pool

RuleName = Literal[
    "valley",
    "steepest",
    "minimum_third",
    "minimum_tenth",
    "minimum_thirtieth",
    "minimum_hundredth",
    "pooled_minimum",
    "pooled_fall",
    "pooled_edge_third",
    "pooled_edge_quarter",
    "pooled_edge_tenth",
]
DEFAULT_RULE: RuleName = "pooled_edge_third"
RULES: tuple[RuleName, ...] = get_args(RuleName)

FLAT_DECADES = 1.0
"""Over its first decade, rates are too low to change the loss: its mean there is the start, its spread the noise."""

LEAST_FALL = 0.01
"""A loss that falls by less of its start than this has not fallen."""


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """A point of the curve, and how far below it the suggestion lies.

    Attributes:
        mark: Returns the point's index in a curve that fell and rose again.
        over: What the rate there is divided by.
        pooled: Whether the curve is that of all repeats together, smoothed symmetrically.
        needs_minimum: Whether the curve must have a minimum, instead of a fall alone.
    """

    mark: Callable[[RangeTest], int]
    over: float = 1.0
    pooled: bool = False
    needs_minimum: bool = True


def _least(test: RangeTest) -> int:
    return marks.least(test.smoothed)


def _fallen(test: RangeTest) -> int:
    return marks.fallen(test.smoothed, start=_start(test)[0], share=0.95)


def _edge(test: RangeTest) -> int:
    return marks.risen(test.smoothed, start=_start(test)[0], share=0.5)


_RULES: Mapping[RuleName, _Rule] = {
    "valley": _Rule(mark=lambda test: marks.valley(test.smoothed), needs_minimum=False),
    "steepest": _Rule(mark=lambda test: marks.steepest(test.smoothed, test.rates), needs_minimum=False),
    "minimum_third": _Rule(mark=_least, over=3.0),
    "minimum_tenth": _Rule(mark=_least, over=10.0),
    "minimum_thirtieth": _Rule(mark=_least, over=10**1.5),
    "minimum_hundredth": _Rule(mark=_least, over=100.0),
    "pooled_minimum": _Rule(mark=_least, pooled=True),
    "pooled_fall": _Rule(mark=_fallen, pooled=True),
    "pooled_edge_third": _Rule(mark=_edge, over=3.0, pooled=True),
    "pooled_edge_quarter": _Rule(mark=_edge, over=4.0, pooled=True),
    "pooled_edge_tenth": _Rule(mark=_edge, over=10.0, pooled=True),
}


def is_pooled(rule: RuleName) -> bool:
    """Return whether the rule is about the repeats' common curve, instead of each one's."""
    return _RULES[rule].pooled


def suggest(rule: RuleName, *tests: RangeTest) -> tuple[float | None, str]:
    """Return the rate that a rule suggests, or None and the reason.

    Args:
        rule: "valley" and "steepest" are fastai's, see `trainables.range_test.marks`. "minimum_..." lies that
            far below the rate of the least smoothed loss: the sources say one to two orders, fastai a tenth.
            "pooled_minimum" is that of the repeats' pooled curve itself, "pooled_fall" the least rate at which
            it has fallen 95 % of its way, and "pooled_edge_..." lies that far below the rate at which
            it has risen half of its way back.
        tests: One, or, for a pooled rule, all repeats.
    """
    how = _RULES[rule]
    assert how.pooled or len(tests) == 1, "this rule is about one test"
    curve = pool(tests) if how.pooled else tests[0]
    reason = _unusable(curve, needs_minimum=how.needs_minimum)
    if reason:
        return None, reason
    return curve.rates[how.mark(curve)] / how.over, ""


def _unusable(test: RangeTest, *, needs_minimum: bool) -> str:
    """Return why a curve has no suggestion in it; empty where it may have one."""
    if len(test.rates) < 2:
        return "the loss was not finite from the start"
    start, noise = _start(test)
    fall = start - min(test.smoothed)
    if marks.least(test.smoothed) == 0 or fall < LEAST_FALL * start:
        return "the loss never fell"
    if fall <= noise:
        return "the loss never fell by more than batches differ"
    if needs_minimum and marks.least(test.smoothed) == len(test.rates) - 1 and test.ended == "highest":
        return f"the loss was still falling at the highest rate, {test.rates[-1]:.3g}"
    return ""


def _start(test: RangeTest) -> tuple[float, float]:
    """Return mean and standard deviation of the loss over the first decade of the rates."""
    flat = [
        loss
        for rate, loss in zip(test.rates, test.losses, strict=True)
        if rate < test.rates[0] * 10**FLAT_DECADES
    ]
    return fmean(flat), pstdev(flat)
