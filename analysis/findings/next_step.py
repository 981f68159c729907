"""Next step after a study: go on where it stopped, add seeds that would decide, or use the arm that it names."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from analysis.findings.contrasts.contrast import Contrast
from analysis.findings.contrasts.further_seeds import seconds_per_seed
from analysis.findings.decision import Decision
from analysis.findings.searches import has_several
from analysis.findings.splits import has_splits
from analysis.loading.study_data import StudyData
from analysis.statistics.estimate import Estimate
from analysis.statistics.further_pairs import FurtherPairs, further_pairs


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """What to do with a study now.

    Attributes:
        kind: "resume": it has not ended. "extend": so many more seeds would decide whether the arm is better than the
            reference. "use": that is decided, or no number of seeds would. "none": nothing can be said.
        arm: The arm that the study speaks for; None where it speaks for none.
        seeds: More seeds for every arm. With "use" they would settle which of the arms is the best; None where that is
            settled, or 1,000 would not.
        chance: The chance that so many decide it.
        seconds: Wall time that they take, at the confirmation's pace; None where it is not known.
        money: The same at the price of the machine; None where that is not known.
    """

    kind: Literal["resume", "extend", "use", "none"]
    arm: str | None = None
    seeds: int | None = None
    chance: float | None = None
    seconds: float | None = None
    money: float | None = None


def next_step(data: StudyData, contrasts: Sequence[Contrast], decision: Decision | None) -> NextStep:
    """Return what to do with a study now.

    Seeds are asked for where the choice of the arm is open: so many as the open question needs that takes most of
    them. Questions that 1,000 seeds would not decide are left out, and all where searches or splits are the units:
    seeds would not add any.

    Args:
        data: The study.
        contrasts: Of it.
        decision: Of it.
    """
    arm = None if decision is None else decision.arm
    if data.metadata.ended is None or data.metadata.stopped_early is not None:
        return NextStep(kind="resume", arm=arm)
    if decision is None:
        return NextStep(kind="none")
    if decision.standing == "open" and not has_several(data) and not has_splits(data):
        if against := _most(_against_reference(contrasts, decision, data.settings.reference)):
            return _with_seeds(NextStep(kind="extend", arm=arm), against, data)
        if among := _most(_among_others(decision, data)):
            return _with_seeds(NextStep(kind="use", arm=arm), among, data)
    return NextStep(kind="use", arm=arm)


def _most(needed: Iterable[FurtherPairs | None]) -> FurtherPairs | None:
    """Return what the question takes that needs most seeds, of those that seeds decide."""
    able = [each for each in needed if each is not None and each.pairs is not None]
    return max(able, key=lambda each: each.pairs or 0, default=None)


def _with_seeds(step: NextStep, needed: FurtherPairs, data: StudyData) -> NextStep:
    assert needed.pairs is not None, "the others are left out"
    each, price = seconds_per_seed(data), data.settings.cost_per_hour
    seconds = None if each is None else each * needed.pairs
    return replace(
        step,
        seeds=needed.pairs,
        chance=needed.chance,
        seconds=seconds,
        money=None if seconds is None or price is None else seconds / 3600 * price,
    )


def _against_reference(
    contrasts: Sequence[Contrast], decision: Decision, reference: str
) -> Iterator[FurtherPairs | None]:
    """Yield what the open questions take between the leader and the reference; of all others where it leads itself."""
    asked = set(decision.rivals) if decision.leader == reference else {decision.leader}
    for contrast in contrasts:
        if contrast.pairing.architecture is None and contrast.pairing.arm in asked:
            yield None if contrast.further is None else contrast.further.needed


def _among_others(decision: Decision, data: StudyData) -> Iterator[FurtherPairs | None]:
    """Yield what the open questions take between the leader and other arms than the reference."""
    for arm, estimate in decision.rivals.items():
        if data.settings.reference not in (decision.leader, arm):
            yield _between(estimate, margin=data.settings.margin)


def _between(estimate: Estimate, *, margin: float) -> FurtherPairs | None:
    """Return what it takes to decide between two arms beside the reference; None where that is decided."""
    if not _is_open(estimate, margin):
        return None
    return further_pairs(estimate, margin=margin, level=lambda pairs: 1 - estimate.confidence)


def _is_open(estimate: Estimate, margin: float) -> bool:
    low, high = estimate.low, estimate.high
    if low is None or high is None or estimate.degenerate:
        return False
    return low <= 0 <= high and not (-margin < low and high < margin)
