"""The same arms on several data sets: what all of them show together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.findings.contrasts.contrast import Contrast
from analysis.findings.contrasts.judging import TestResult, judge
from analysis.several.random_effects import Pooled, pool
from analysis.several.studies import OneStudy, Pair
from analysis.statistics.estimate import Estimate
from analysis.statistics.looks import ONE_LOOK


@dataclass(frozen=True, kw_only=True)
class OnSets:
    """One arm against one reference, on several data sets.

    Attributes:
        pair: The arm and the reference.
        contrasts: Of each study that has both, by its label.
        pooled: The mean over the sets; None where fewer than two of them have an interval, or `why_not` says why.
        result: The verdict on it; None where there is none.
        why_not: Why the studies are not pooled: "recipes" of an arm differ, or "data": two are of the same images.
        searches_differ: Whether the arms were searched over other ranges in some studies.
    """

    pair: Pair
    contrasts: dict[str, Contrast]
    pooled: Pooled | None
    result: TestResult | None
    why_not: str | None
    searches_differ: bool


@dataclass(frozen=True, kw_only=True)
class Several:
    """Several studies.

    Attributes:
        studies: Each with its own comparison, in the order given.
        shared: What two studies or more have compared, in the order of the first one's arms.
        margin: Half the width of what counts as the same: the least of the studies'.
        margins_differ: Whether they name several.
        confidence: Of the intervals: the highest of the studies'.
    """

    studies: tuple[OneStudy, ...]
    shared: tuple[OnSets, ...]
    margin: float
    margins_differ: bool
    confidence: float

    @property
    def objective(self) -> str:
        """What all of them measure."""
        return self.studies[0].comparison.data.settings.objective


def put_together(studies: Sequence[OneStudy]) -> Several:
    """Return what several studies show of the arms that they share: one family of questions, with Holm's adjustment."""
    settings = [each.comparison.data.settings for each in studies]
    margins, confidence = {each.margin for each in settings}, max(each.confidence for each in settings)
    pairs = dict.fromkeys(pair for study in studies for pair in study.contrasts)
    found = [_on_sets(pair, studies, confidence) for pair in pairs]
    shared = [each for each in found if len(each.contrasts) > 1]
    results = judge(
        [None if each.pooled is None else each.pooled.estimate for each in shared],
        alpha=1 - confidence,
        margin=min(margins),
        looks=[ONE_LOOK] * len(shared),
    )
    return Several(
        studies=tuple(studies),
        shared=tuple(_judged(each, result) for each, result in zip(shared, results, strict=True)),
        margin=min(margins),
        margins_differ=len(margins) > 1,
        confidence=confidence,
    )


def _judged(on_sets: OnSets, result: TestResult) -> OnSets:
    return replace(on_sets, result=None if on_sets.pooled is None else result)


def _on_sets(pair: Pair, studies: Sequence[OneStudy], confidence: float) -> OnSets:
    having = [study for study in studies if pair in study.contrasts]
    specs = [[study.comparison.data.settings.arm_specs[arm] for arm in pair] for study in having]
    recipes = {tuple(str(spec.get("recipe")) for spec in both) for both in specs}
    why_not = "recipes" if len(recipes) > 1 else None
    if why_not is None and len({study.data_set for study in having}) < len(having):
        why_not = "data"
    contrasts = {study.label: study.contrasts[pair] for study in having}
    known = [each for each in map(_known, contrasts.values()) if each is not None]
    pooled = None
    if why_not is None and len(known) > 1:
        pooled = pool([mean for mean, _ in known], [error for _, error in known], confidence=confidence)
    return OnSets(
        pair=pair,
        contrasts=contrasts,
        pooled=pooled,
        result=None,
        why_not=why_not,
        searches_differ=any(both != specs[0] for both in specs),
    )


def _known(contrast: Contrast) -> tuple[float, float] | None:
    """Return the mean of a difference and its standard error; None where the study has no interval of it."""
    estimate: Estimate | None = contrast.finals.headline
    if estimate is None or estimate.spread is None or estimate.degenerate:
        return None
    return estimate.mean, estimate.spread.standard_error
