"""Three verdicts on a family of questions: better, practically the same, not decided yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from analysis.statistics.estimate import (
    Estimate,
    Spread,
    detectable_difference,
    equivalence_p_value,
    t_interval,
)
from analysis.statistics.holm import holm, holm_levels
from analysis.statistics.looks import Looks

Verdict = Literal["arm", "reference", "same", "undecided", "withheld", "identical", "unknown"]


@dataclass(frozen=True, kw_only=True)
class TestResult:
    """The answer to one question of a family, adjusted for the others and for the looks that were made.

    Attributes:
        margin: Half the width of what counts as the same.
        adjusted_p: Holm's adjusted p-value of no difference: below alpha where that is rejected. None where it cannot
            be judged.
        equivalence_p: The same of a difference of the margin or more.
        step: The alpha of the step of Holm's procedure that answered the question, or at which it stopped. None where
            it cannot be judged.
        level: The alpha of the interval by which the question is judged: that of the step, at the present look.
        interval: At that level: it excludes 0 where a difference is shown, and lies within the margin where the arms
            are shown to be practically the same.
        verdict: "arm" or "reference": that one is better. "same": the interval lies within the margin, whether or not
            it excludes 0. "undecided": neither is shown. "withheld": the pairs that trained favour an arm, or show both
            to be the same, but more runs of one of them diverged, failed or collapsed. "identical": all pairs gave
            exactly the same. "unknown": nothing can be said.
        spread: The precision of the mean; None where there is none.
        least_level: The alpha of the interval at the first step of Holm's procedure, and of the present look.
    """

    margin: float
    adjusted_p: float | None
    equivalence_p: float | None
    step: float | None
    level: float | None
    interval: tuple[float, float] | None
    verdict: Verdict
    spread: Spread | None
    least_level: float

    @property
    def decided(self) -> bool:
        """Whether no more seeds are needed for the question."""
        return self.verdict in ("arm", "reference", "same", "identical")

    @cached_property
    def detectable(self) -> float | None:
        """The difference that would have been shown with a power of 80 % or more; None without a spread.

        At the spread observed, judged at the first step: it holds whatever the other questions show.
        """
        if self.spread is None:
            return None
        return detectable_difference(self.spread, confidence=1 - self.least_level)


def judge(
    estimates: Sequence[Estimate | None], *, alpha: float, margin: float, looks: Sequence[Looks]
) -> tuple[TestResult, ...]:
    """Answer a family of questions "do these two differ, or are they practically the same?", each at its looks.

    "Is there a difference" and "is it within the margin" are two families, each with Holm's adjustment: of all false
    differences, and of all false equivalences, a study shows any with a probability of alpha at most.

    Args:
        estimates: Of each question; None where there is nothing to judge.
        alpha: Level of each family.
        margin: Half the width of what counts as the same, in the unit of the estimates.
        looks: Of each question, the looks that were made at it.
    """
    differ = [_as_one_look(_p_value(each), at) for each, at in zip(estimates, looks, strict=True)]
    equal = [
        _as_one_look(_equivalence_p(each, margin), at) for each, at in zip(estimates, looks, strict=True)
    ]
    adjusted, adjusted_equal = holm(differ), holm(equal)
    steps, steps_equal = holm_levels(differ, alpha=alpha), holm_levels(equal, alpha=alpha)
    size = family_size(estimates)
    results = []
    for place, estimate in enumerate(estimates):
        verdict = verdict_on(estimate, adjusted[place], adjusted_equal[place], alpha=alpha)
        step = _judged_at(verdict, steps[place], steps_equal[place])
        level = None if step is None else looks[place].level(step)
        results.append(
            TestResult(
                margin=margin,
                adjusted_p=adjusted[place],
                equivalence_p=adjusted_equal[place],
                step=step,
                level=level,
                interval=_interval(estimate, level),
                verdict=verdict,
                spread=None if estimate is None else estimate.spread,
                least_level=looks[place].level(alpha / size),
            )
        )
    return tuple(results)


def verdict_on(
    estimate: Estimate | None, p: float | None, equivalence_p: float | None, *, alpha: float
) -> Verdict:
    """Return what an estimate shows at the level alpha, given its (adjusted) p-values."""
    if estimate is None or estimate.spread is None:
        return "unknown"
    if estimate.degenerate:
        return "identical" if abs(estimate.mean) < 1e-12 else "unknown"
    assert p is not None
    assert equivalence_p is not None
    if equivalence_p < alpha:
        return "same"
    if p >= alpha:
        return "undecided"
    return "arm" if estimate.mean > 0 else "reference"


def family_size(estimates: Sequence[Estimate | None]) -> int:
    """Return how many questions of a family can be judged; 1 where none can."""
    return max(1, sum(each is not None and each.p is not None for each in estimates))


def _p_value(estimate: Estimate | None) -> float | None:
    return None if estimate is None else estimate.p


def _equivalence_p(estimate: Estimate | None, margin: float) -> float | None:
    if estimate is None or estimate.spread is None:
        return None
    return equivalence_p_value(estimate.mean, estimate.spread, margin=margin)


def _as_one_look(p: float | None, looks: Looks) -> float | None:
    return None if p is None else looks.as_first_look(p)


def _judged_at(verdict: Verdict, step: float | None, step_equal: float | None) -> float | None:
    """Return the step that gave the verdict; the one with the wider interval where none did."""
    if step is None or step_equal is None:
        return None
    if verdict == "same":
        return step_equal
    return step if verdict in ("arm", "reference") else min(step, step_equal)


def _interval(estimate: Estimate | None, level: float | None) -> tuple[float, float] | None:
    if estimate is None or estimate.spread is None or level is None:
        return None
    return t_interval(estimate.mean, estimate.spread, confidence=1 - level)
