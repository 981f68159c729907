"""Contrasts: one arm against the reference, everything measured, and the verdict."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from analysis.findings.contrasts.equal_budget import Opposed, opposed_budgets
from analysis.findings.contrasts.final_differences import FinalDifferences, final_differences
from analysis.findings.contrasts.further_seeds import FurtherSeeds, further_seeds
from analysis.findings.contrasts.judging import TestResult, family_size, judge
from analysis.findings.contrasts.listed_statistic import Measured
from analysis.findings.contrasts.registry import measure_listed
from analysis.findings.contrasts.speed_up import SpeedUp, over_grid, to_reference_level
from analysis.findings.pairs import Pairing, find_pairings
from analysis.loading.extended import looks_made
from analysis.loading.study_data import StudyData
from analysis.statistics.estimate import Estimate
from analysis.statistics.looks import Looks


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
        num_ends: Questions on the end that were judged together: those of all contrasts.
        num_times: Questions on the time to the reference's level that were judged together.
        looks: The looks that were made at the arm, this one the last.
        further: What it would take to decide on the end; None where that is decided, or cannot be judged.
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
    num_ends: int
    num_times: int
    looks: Looks
    further: FurtherSeeds | None


def measure_contrasts(data: StudyData, *, at_look: bool = False) -> tuple[Contrast, ...]:
    """Compare every arm with the reference, overall and within architectures.

    The ends of all contrasts are one family of questions, and their times another: of the verdicts of each, a whole
    study has a false one as seldom as one question would. Intervals are at the level of the last look at the arm.
    Between two planned looks nothing is decided, as that would be a look that was not planned; an arm that left the
    race keeps the verdict with which it left.

    Args:
        data: The study.
        at_look: Whether this is a planned look, which the metadata do not have yet.
    """
    alpha, settings = 1 - data.settings.confidence, data.settings
    pairings = find_pairings(data)
    looks = [looks_made(settings.num_seeds, data.metadata, pairing.arm) for pairing in pairings]
    at_looks = [_at_level(data, each.level(alpha)) for each in looks]
    finals = [final_differences(pairing, at) for pairing, at in zip(pairings, at_looks, strict=True)]
    levels = [to_reference_level(pairing, at) for pairing, at in zip(pairings, at_looks, strict=True)]
    listed = [measure_listed(at, pairing) for pairing, at in zip(pairings, at_looks, strict=True)]
    opposed = opposed_budgets(listed, alpha=alpha, looks=looks)
    ends, times = [one.headline for one in finals], [_log_ratio(level) for level in levels]
    final_results = judge(ends, alpha=alpha, margin=settings.margin, looks=looks)
    time_results = judge(times, alpha=alpha, margin=math.log(settings.time_margin), looks=looks)
    return tuple(
        Contrast(
            pairing=pairing,
            finals=finals[place],
            level=levels[place],
            level_at_cycle_ends=to_reference_level(pairing, at_looks[place], judged_only=True),
            grid=over_grid(pairing, at_looks[place]),
            listed=listed[place],
            opposed=opposed[place],
            final_result=_at_looks(
                _mind_unfinished(final_results[place], finals[place]), pairing, data, at_look
            ),
            time_result=time_results[place],
            num_ends=family_size(ends),
            num_times=family_size(times),
            looks=looks[place],
            further=further_seeds(data, ends[place], final_results[place], looks[place]),
        )
        for place, pairing in enumerate(pairings)
    )


def _at_looks(result: TestResult, pairing: Pairing, data: StudyData, at_look: bool) -> TestResult:
    """Return a result as the planned looks leave it."""
    looks = data.metadata.looks
    if pairing.architecture is not None or not data.metadata.planned_looks:
        return result
    left = next((look for look in looks if pairing.arm not in look.going_on), None)
    if left is None:
        open_ = not at_look and result.decided
        return replace(result, verdict="undecided") if open_ else result
    was = left.verdicts.get(pairing.arm)
    return replace(result, verdict="reference") if left.going_on and was == "reference" else result


def _at_level(data: StudyData, alpha: float) -> StudyData:
    """Return the study with intervals at another level than its settings name; itself where that is the same."""
    if 1 - alpha == data.settings.confidence:
        return data  # what it has computed once stays known
    return replace(data, settings=replace(data.settings, confidence=1 - alpha))


def _mind_unfinished(result: TestResult, finals: FinalDifferences) -> TestResult:
    """Take back a verdict for the arm of which more runs did not train: the means leave its failures out."""
    lost = finals.lost_arm.count - finals.lost_reference.count
    favoured = {"arm": lost > 0, "reference": lost < 0, "same": lost != 0}
    return replace(result, verdict="withheld") if favoured.get(result.verdict, False) else result


def _log_ratio(level: SpeedUp | None) -> Estimate | None:
    return None if level is None or level.ratio is None else level.ratio.log
