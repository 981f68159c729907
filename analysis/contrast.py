"""One arm against the reference: everything measured, and the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from analysis.equal_budget import EqualBudget, equal_budgets
from analysis.estimate import Estimate, t_interval
from analysis.evidence import Evidence
from analysis.finals import Finals, measure_finals
from analysis.holm import holm
from analysis.pairs import Pairing, find_pairings
from analysis.speed_up import SpeedUp, over_grid, to_reference_level

Verdict = Literal["arm", "reference", "none", "identical", "undecided", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of the family, answered with the others in view.

    Attributes:
        adjusted_p: Holm's adjusted p-value over the family; None where it cannot be judged.
        simultaneous: Interval at the Bonferroni level 1 - alpha / m, which together with those of the other
            questions covers at the nominal level; None where there is none.
        verdict: "arm" or "reference": that one is better. "none": no difference shown. "identical": all pairs
            gave exactly the same. "undecided": the pairs that trained favour an arm of which more runs
            diverged, failed or collapsed. "unknown": nothing can be said.
    """

    adjusted_p: float | None
    simultaneous: tuple[float, float] | None
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
        equal: The arms at equal epochs, body passes and seconds.
        final_question: The verdict on the final test objective.
        time_question: The verdict on the time to the reference's level.
        family_size: Contrasts that were judged together.
    """

    pairing: Pairing
    finals: Finals
    level: SpeedUp | None
    level_at_cycle_ends: SpeedUp | None
    grid: tuple[SpeedUp, ...]
    equal: tuple[EqualBudget, ...]
    final_question: Question
    time_question: Question
    family_size: int


def measure_contrasts(evidence: Evidence) -> tuple[Contrast, ...]:
    """Compare every arm with the reference, overall and within architectures, adjusted for their number."""
    pairings = find_pairings(evidence)
    finals = [measure_finals(pairing, evidence) for pairing in pairings]
    levels = [to_reference_level(pairing, evidence) for pairing in pairings]
    final_questions = judge([one.headline for one in finals])
    time_questions = judge([_log_ratio(level) for level in levels])
    return tuple(
        Contrast(
            pairing=pairing,
            finals=final,
            level=level,
            level_at_cycle_ends=to_reference_level(pairing, evidence, judged_only=True),
            grid=over_grid(pairing, evidence),
            equal=equal_budgets(pairing, evidence),
            final_question=_mind_unfinished(final_question, final),
            time_question=time_question,
            family_size=len(pairings),
        )
        for pairing, final, level, final_question, time_question in zip(
            pairings, finals, levels, final_questions, time_questions, strict=True
        )
    )


def judge(estimates: Sequence[Estimate | None]) -> tuple[Question, ...]:
    """Answer a family of questions "is this mean 0?" with Holm's adjustment."""
    adjusted = holm([None if e is None else e.p for e in estimates])
    size = max(1, sum(p is not None for p in adjusted))
    return tuple(_question(e, p, size) for e, p in zip(estimates, adjusted, strict=True))


def verdict_on(estimate: Estimate | None, p: float | None) -> Verdict:
    """Return what an estimate shows at its own confidence, given its (adjusted) p-value."""
    if estimate is None or estimate.spread is None:
        return "unknown"
    if estimate.degenerate:
        return "identical" if abs(estimate.mean) < 1e-12 else "unknown"
    assert p is not None
    if p >= 1 - estimate.confidence:
        return "none"
    return "arm" if estimate.mean > 0 else "reference"


def _question(estimate: Estimate | None, adjusted_p: float | None, size: int) -> Question:
    simultaneous = None
    if estimate is not None and estimate.spread is not None and None not in (estimate.low, estimate.high):
        level = 1 - (1 - estimate.confidence) / size
        simultaneous = t_interval(estimate.mean, estimate.spread, confidence=level)
    verdict = verdict_on(estimate, adjusted_p)
    return Question(adjusted_p=adjusted_p, simultaneous=simultaneous, verdict=verdict)


def _mind_unfinished(question: Question, finals: Finals) -> Question:
    """Take back a verdict for the arm of which more runs did not train: the means leave its failures out."""
    lost = finals.lost_arm.count - finals.lost_reference.count
    if (question.verdict == "arm" and lost > 0) or (question.verdict == "reference" and lost < 0):
        return replace(question, verdict="undecided")
    return question


def _log_ratio(level: SpeedUp | None) -> Estimate | None:
    return None if level is None or level.ratio is None else level.ratio.log
