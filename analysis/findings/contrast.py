"""Contrasts: one arm against the reference, everything measured, and the verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from analysis.findings.equal_budget import Opposed, opposed_budgets
from analysis.findings.final_differences import FinalDifferences, final_differences
from analysis.findings.listed_statistic import Measured
from analysis.findings.pairs import Pairing, find_pairings
from analysis.findings.registry import measure_listed
from analysis.findings.speed_up import SpeedUp, over_grid, to_reference_level
from analysis.loading.extended import looks_made
from analysis.loading.study_data import StudyData
from analysis.statistics.estimate import Estimate, detectable_difference, t_interval
from analysis.statistics.holm import holm
from analysis.statistics.looks import ONE_LOOK, Looks

Verdict = Literal["arm", "reference", "none", "identical", "undecided", "unknown"]


@dataclass(frozen=True, kw_only=True)
class TestResult:
    """The test of one hypothesis of a family, adjusted for the others.

    Attributes:
        adjusted_p: Holm's adjusted p-value over the family, and over the looks that were made: below alpha where the
            hypothesis of no difference is rejected. None where it cannot be judged.
        simultaneous: Interval at the level of alpha / m, which together with those of the other
            questions covers at the nominal level; None where there is none.
        detectable: The difference that would have been shown with a power of 80 % or more at the spread observed,
            judged at the level of alpha / m: the one that holds whatever the others show. None without a spread.
        verdict: "arm" or "reference": that one is better. "none": no difference shown. "identical": all pairs
            gave exactly the same. "undecided": the pairs that trained favour an arm of which more runs
            diverged, failed or collapsed. "unknown": nothing can be said.
    """

    adjusted_p: float | None
    simultaneous: tuple[float, float] | None
    detectable: float | None
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """One arm against the reference.

    Attributes:
        pairing: Which runs are compared.
        finals: What their runs end with.
        level: Time to the reference's own final level; None with too few pairs.
        level_at_cycle_ends: The same, with cycles judged at their ends alone; a check, not the answer.
        grid: Time to each accuracy fixed before the confirmation.
        listed: The statistics that are listed without a verdict, by name.
        opposed: Between which budgets held equal the conclusion turns round.
        final_result: The verdict on the final test objective.
        time_result: The verdict on the time to the reference's level.
        family_size: Questions that were judged together: the ends and the times of all contrasts.
        looks: The looks that were made at the study, this one the last.
    """

    pairing: Pairing
    finals: FinalDifferences
    level: SpeedUp | None
    level_at_cycle_ends: SpeedUp | None
    grid: tuple[SpeedUp, ...]
    listed: Mapping[str, Measured]
    opposed: tuple[Opposed, ...]
    final_result: TestResult
    time_result: TestResult
    family_size: int
    looks: Looks


def measure_contrasts(data: StudyData) -> tuple[Contrast, ...]:
    """Compare every arm with the reference, overall and within architectures.

    The ends and the times of all contrasts are one family of questions, so that a whole study raises a false alarm as
    seldom as one question would. Intervals are at the level of the present look.
    """
    alpha = 1 - data.settings.confidence
    looks = looks_made(data.settings.num_seeds, data.metadata.extensions)
    data = replace(data, settings=replace(data.settings, confidence=1 - looks.level(alpha)))
    pairings = find_pairings(data)
    finals = [final_differences(pairing, data) for pairing in pairings]
    levels = [to_reference_level(pairing, data) for pairing in pairings]
    listed = [measure_listed(data, pairing) for pairing in pairings]
    opposed = opposed_budgets(listed, alpha=alpha, looks=looks)
    asked = [*(one.headline for one in finals), *(_log_ratio(level) for level in levels)]
    results = judge(asked, alpha=alpha, looks=looks)
    return tuple(
        Contrast(
            pairing=pairing,
            finals=finals[place],
            level=levels[place],
            level_at_cycle_ends=to_reference_level(pairing, data, judged_only=True),
            grid=over_grid(pairing, data),
            listed=listed[place],
            opposed=opposed[place],
            final_result=_mind_unfinished(results[place], finals[place]),
            time_result=results[len(pairings) + place],
            family_size=_family_size(asked),
            looks=looks,
        )
        for place, pairing in enumerate(pairings)
    )


def judge(
    estimates: Sequence[Estimate | None], *, alpha: float, looks: Looks = ONE_LOOK
) -> tuple[TestResult, ...]:
    """Answer a family of questions "is this mean 0?" with Holm's adjustment, at the looks that were made."""
    p_values = [None if e is None or e.p is None else looks.as_first_look(e.p) for e in estimates]
    each = looks.level(alpha / _family_size(estimates))
    return tuple(
        TestResult(
            adjusted_p=adjusted,
            simultaneous=_interval(estimate, confidence=1 - each),
            detectable=_detectable(estimate, confidence=1 - each),
            verdict=verdict_on(estimate, adjusted, alpha=alpha),
        )
        for estimate, adjusted in zip(estimates, holm(p_values), strict=True)
    )


def verdict_on(estimate: Estimate | None, p: float | None, *, alpha: float) -> Verdict:
    """Return what an estimate shows at the level alpha, given its (adjusted) p-value."""
    if estimate is None or estimate.spread is None:
        return "unknown"
    if estimate.degenerate:
        return "identical" if abs(estimate.mean) < 1e-12 else "unknown"
    assert p is not None
    if p >= alpha:
        return "none"
    return "arm" if estimate.mean > 0 else "reference"


def _family_size(estimates: Sequence[Estimate | None]) -> int:
    return max(1, sum(e is not None and e.p is not None for e in estimates))


def _interval(estimate: Estimate | None, *, confidence: float) -> tuple[float, float] | None:
    if estimate is None or estimate.spread is None:
        return None
    return t_interval(estimate.mean, estimate.spread, confidence=confidence)


def _detectable(estimate: Estimate | None, *, confidence: float) -> float | None:
    if estimate is None or estimate.spread is None:
        return None
    return detectable_difference(estimate.spread, confidence=confidence)


def _mind_unfinished(result: TestResult, finals: FinalDifferences) -> TestResult:
    """Take back a verdict for the arm of which more runs did not train: the means leave its failures out."""
    lost = finals.lost_arm.count - finals.lost_reference.count
    if (result.verdict == "arm" and lost > 0) or (result.verdict == "reference" and lost < 0):
        return replace(result, verdict="undecided")
    return result


def _log_ratio(level: SpeedUp | None) -> Estimate | None:
    return None if level is None or level.ratio is None else level.ratio.log
