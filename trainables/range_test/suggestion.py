"""Suggestion of repeated range tests together."""

from dataclasses import dataclass
from statistics import median

from trainables.range_test.curve import RangeTest
from trainables.range_test.rules import DEFAULT_RULE, RULES, RuleName, is_pooled, suggest


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What a rule says about repeated tests.

    Attributes:
        lr: Of a pooled rule: what it says about the repeats' common curve; of the others, the median of what they
            say about each. None where under half of the repeats have a suggestion.
        low: Least of what the rule says about a repeat alone, or about all.
        high: Largest, likewise.
        tests: The repeats.
        rule: The rule's name.
        reason: Why there is no suggestion; empty where there is one.
    """

    lr: float | None
    low: float | None
    high: float | None
    tests: tuple[RangeTest, ...]
    rule: RuleName
    reason: str = ""


class NoSuggestionError(ValueError):
    """A phase's rate is "auto", and its range tests suggest none.

    Attributes:
        phase: Name of the phase.
        suggestion: The tests, and the reason.
    """

    def __init__(self, phase: str, suggestion: Suggestion) -> None:
        super().__init__(
            f"phase {phase}: the range test suggests no rate ({suggestion.reason}); set the rate instead of auto"
        )
        self.phase = phase
        self.suggestion = suggestion


def combine(tests: tuple[RangeTest, ...], *, rule: RuleName = DEFAULT_RULE) -> Suggestion:
    """Return what a rule says about repeated tests, and its band."""
    each = [suggest(rule, test) for test in tests]
    found = [lr for lr, _ in each if lr is not None]
    lr, reason = None, "; ".join(sorted({why for _, why in each if why}))
    if found and 2 * len(found) >= len(tests):
        lr, reason = suggest(rule, *tests) if is_pooled(rule) else (median(found), "")
    if lr is None:
        return Suggestion(lr=None, low=None, high=None, tests=tests, rule=rule, reason=reason)
    return Suggestion(lr=lr, low=min(*found, lr), high=max(*found, lr), tests=tests, rule=rule)


def combine_by_every_rule(tests: tuple[RangeTest, ...]) -> dict[RuleName, Suggestion]:
    """Return what every rule says about repeated tests."""
    return {rule: combine(tests, rule=rule) for rule in RULES}
