"""Decision of a whole study: the arm to use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from analysis.findings.contrasts.contrast import Contrast
from analysis.findings.contrasts.final_differences import sample_of, values_of_runs
from analysis.findings.pairs import confirmations
from analysis.findings.searches import has_several, means_by_search
from analysis.findings.splits import has_splits, widening_of
from analysis.loading.settings import CHEAPEST
from analysis.loading.study_data import StudyData
from analysis.statistics.crossed import crossed_estimate
from analysis.statistics.estimate import Estimate
from analysis.statistics.image_sample import ImageSample
from analysis.statistics.joint_posterior import joint_posterior
from analysis.statistics.paired import paired_t

MIN_UNITS = 2
"""Seeds, or searches, that all arms have; with fewer nothing is known of the spread between them."""


@dataclass(frozen=True, kw_only=True)
class Noninferiority:
    """Whether one arm is no worse than each of the others by more than the margin.

    Attributes:
        arm: The arm.
        margin: By how much it may be worse.
        others: Of each other arm of which two runs trained the difference to it, arm minus other, with a two-sided
            interval at the level of the strictest look. None of them where the arm itself has no two such runs.
        shown: Whether every interval's lower end lies above minus the margin: a claim that is wrong with a probability
            of half of alpha at most, however many arms there are, as all have to be shown.

    Source: Berger (1982), the intersection-union test.
    """

    arm: str
    margin: float
    others: Mapping[str, Estimate]
    shown: bool


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Which arm to use.

    Attributes:
        arm: The arm to use: the best by its mean, or a cheaper one that is shown to be practically the same.
        leader: The arm with the highest mean; `arm`, where that is not a cheaper one.
        standing: "best": its interval against every other arm in question excludes 0. "same": it is the cheapest of
            those that are practically the same. "open": it is what the seeds so far speak for.
        probability_best: Of each arm in question the probability that its objective is the highest.
        expected_loss: How much is lost on average by using `arm`, against the one that is best, in the objective.
        loss_if_not_best: The same where it is not the best; None where it always is.
        means: Of each arm in question the mean test objective over the seeds that all of them have.
        rivals: Of each other arm in question the difference to the leader, leader minus other; the intervals hold
            together at the study's level (Bonferroni).
        left_out: The other arms, each with why: "worse" than the reference, more of its runs were "lost", or "none" of
            its runs can be compared.
        cost_seconds: Mean cost of a confirmation run of each arm.
        num_units: Seeds, or searches of each arm, or splits, behind it.
        per_images: Whether the test images are in the probabilities, too.
        noninferiority: Where it is asked for.
    """

    arm: str
    leader: str
    standing: Literal["best", "same", "open"]
    probability_best: Mapping[str, float]
    expected_loss: float
    loss_if_not_best: float | None
    means: Mapping[str, float]
    rivals: Mapping[str, Estimate]
    left_out: Mapping[str, Literal["worse", "lost", "none"]]
    cost_seconds: Mapping[str, float]
    num_units: int
    per_images: bool
    noninferiority: Noninferiority | None


def decide(data: StudyData, contrasts: Sequence[Contrast]) -> Decision | None:
    """Return which of the arms to use; None where fewer than two units of all arms in question trained.

    The probabilities are those of the joint posterior of the arms' means, exchangeable beforehand (`joint_posterior`),
    over the seeds that all arms in question have; of several searches of each arm, over the searches; of several
    splits, over these, whose overlap is minded. Runs that did not train are not in it: an arm that lost more of them
    than the reference is left out.

    Args:
        data: The study.
        contrasts: Of it.
    """
    data = _at_strictest_look(data, contrasts)
    runs = _overall_runs(data)
    left_out = _left_out(data, contrasts, runs)
    arms = [arm for arm in data.settings.arms if arm not in left_out]
    table = _table(data, runs, arms)
    if len(arms) == 0 or table is None:
        return None
    posterior = joint_posterior(table.values, table.images)
    if posterior is None:
        return None
    means = dict(zip(arms, table.means.tolist(), strict=True))
    leader = max(arms, key=lambda arm: means[arm])
    costs = {str(arm): float(cost) for arm, cost in runs.groupby("arm")["cost_seconds"].mean().items()}
    alpha = (1 - data.settings.confidence) / max(1, len(arms) - 1)
    rivals = _rivals(table, arms, leader, alpha=alpha)
    chosen, standing = _choose(arms, leader, rivals, costs, margin=data.settings.margin)
    if _is_withheld(contrasts, leader, data.settings.reference):
        chosen, standing = leader, "open"
    place = arms.index(chosen)
    return Decision(
        arm=chosen,
        leader=leader,
        standing=standing,
        probability_best=dict(zip(arms, posterior.probability_best.tolist(), strict=True)),
        expected_loss=float(posterior.expected_loss[place]),
        loss_if_not_best=posterior.loss_if_not_best(place),
        means=means,
        rivals=rivals,
        left_out=left_out,
        cost_seconds=costs,
        num_units=table.values.shape[1],
        per_images=table.images is not None,
        noninferiority=_noninferiority(data, runs, left_out, costs),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Table:
    """What the arms' runs got right: shape (arms, units, images), or (arms, units, 1) of objectives without images."""

    values: np.ndarray
    images: ImageSample | None

    @property
    def means(self) -> np.ndarray:
        if self.images is None:
            by_arm: np.ndarray = self.values[:, :, 0].mean(axis=1)
            return by_arm
        return np.array([self.images.means(arm).mean() for arm in self.values])

    def difference(self, one: int, other: int, *, confidence: float) -> Estimate | None:
        rows = self.values[one] - self.values[other]
        if self.images is None:
            return paired_t(rows[:, 0].tolist(), confidence=confidence)
        return crossed_estimate(rows, confidence=confidence, images=self.images)


def _at_strictest_look(data: StudyData, contrasts: Sequence[Contrast]) -> StudyData:
    """Return the study with intervals at the level of that of its looks which is judged most strictly."""
    alpha = 1 - data.settings.confidence
    level = min((each.looks.level(alpha) for each in contrasts if _is_overall(each)), default=alpha)
    return replace(data, settings=replace(data.settings, confidence=1 - level))


def _is_withheld(contrasts: Sequence[Contrast], leader: str, reference: str) -> bool:
    """Return whether a verdict with the leader on one side was taken back, since more of one side's runs were lost."""
    return any(
        each.final_result.verdict == "withheld" and leader in (each.pairing.arm, reference)
        for each in contrasts
        if _is_overall(each)
    )


def _is_overall(contrast: Contrast) -> bool:
    return contrast.pairing.architecture is None


def _overall_runs(data: StudyData) -> pd.DataFrame:
    """Return the confirmation runs of each arm's overall winners that have ended."""
    ended = confirmations(data.runs)
    return ended[ended["overall"].astype(bool)]


def _left_out(
    data: StudyData, contrasts: Sequence[Contrast], runs: pd.DataFrame
) -> dict[str, Literal["worse", "lost", "none"]]:
    left_out: dict[str, Literal["worse", "lost", "none"]] = {}
    trained = runs[runs["final_test"].notna() & ~runs["collapsed"]]
    for arm in data.settings.arms:
        if (trained["arm"] == arm).sum() < MIN_UNITS:
            left_out[arm] = "none"
    for contrast in contrasts:
        if not _is_overall(contrast):
            continue
        if contrast.finals.lost_arm.count > contrast.finals.lost_reference.count:
            left_out.setdefault(contrast.pairing.arm, "lost")
        elif contrast.final_result.verdict == "reference":
            left_out.setdefault(contrast.pairing.arm, "worse")
    return left_out


def _table(data: StudyData, runs: pd.DataFrame, arms: Sequence[str]) -> _Table | None:
    """Return the arms' runs on the seeds that all of them trained on; None with too few."""
    trained = runs[runs["final_test"].notna() & ~runs["collapsed"] & runs["arm"].isin(list(arms))]
    by_seed = trained.reset_index().pivot(index="seed", columns="arm", values="run")
    if not set(arms) <= set(by_seed.columns):
        return None
    complete = by_seed[list(arms)].dropna()
    if len(complete) < MIN_UNITS:
        return None
    if has_splits(data):
        return _over_splits(data, complete[list(arms)])
    searches = complete[arms[0]].map(data.runs["repeat"]).tolist() if has_several(data) else None
    if set(complete.to_numpy().ravel()) <= set(data.image_values.columns):
        known = values_of_runs(data, runs=complete.to_numpy().ravel().tolist())
        values = np.stack([known[complete[arm].tolist()].to_numpy().T for arm in arms])
        images = sample_of(data, images=known.index)
    else:
        values = np.stack(
            [complete[arm].map(data.runs["final_test"]).to_numpy(float)[:, None] for arm in arms]
        )
        images = None
    if searches is not None:
        values = np.stack([means_by_search(each, searches) for each in values])
    return _Table(values=values, images=images) if values.shape[1] >= MIN_UNITS else None


def _rivals(table: _Table, arms: Sequence[str], leader: str, *, alpha: float) -> dict[str, Estimate]:
    """Return how far the leader is before each other arm, each interval at the level alpha."""
    place = arms.index(leader)
    found = {
        arm: table.difference(place, at, confidence=1 - alpha) for at, arm in enumerate(arms) if arm != leader
    }
    return {arm: estimate for arm, estimate in found.items() if estimate is not None}


def _over_splits(data: StudyData, runs: pd.DataFrame) -> _Table | None:
    """Return the arms' means on each split, as far apart as independent splits would be that tell as much.

    Args:
        data: The study.
        runs: A row a seed, a column an arm.
    """
    splits = runs.iloc[:, 0].map(data.runs["split"])
    means = runs.apply(lambda of_arm: of_arm.map(data.runs["final_test"]).groupby(splits).mean())
    if len(means) < MIN_UNITS:
        return None
    overall = means.mean()
    wider = overall + (means - overall) * widening_of(len(means), data)
    return _Table(values=wider.T.to_numpy(float)[:, :, None], images=None)


def _choose(
    arms: Sequence[str],
    leader: str,
    rivals: Mapping[str, Estimate],
    costs: Mapping[str, float],
    *,
    margin: float,
) -> tuple[str, Literal["best", "same", "open"]]:
    """Return the arm to use and how it stands against the others."""
    intervals = {arm: _ends(rivals.get(arm)) for arm in arms if arm != leader}
    same = [
        arm for arm, ends in intervals.items() if ends is not None and -margin < ends[0] and ends[1] < margin
    ]
    cheapest = min([leader, *same], key=lambda arm: costs[arm])
    rest = [ends for arm, ends in intervals.items() if arm not in same]
    if all(ends is not None and ends[0] > 0 for ends in rest):
        return cheapest, "same" if same else "best"
    return cheapest, "open"


def _noninferiority(
    data: StudyData, runs: pd.DataFrame, left_out: Mapping[str, str], costs: Mapping[str, float]
) -> Noninferiority | None:
    """Return the answer to the question where it is asked, over all arms of which runs trained: also those left out."""
    asked, margin = data.settings.noninferior, data.settings.margin
    trained = [arm for arm in data.settings.arms if left_out.get(arm) != "none"]
    if asked is None or len(trained) < 2:
        return None
    arm = min(trained, key=lambda each: costs[each]) if asked == CHEAPEST else asked
    table = _table(data, runs, trained) if arm in trained else None
    if table is None:
        return Noninferiority(arm=arm, margin=margin, others={}, shown=False)
    found = {
        other: table.difference(trained.index(arm), trained.index(other), confidence=data.settings.confidence)
        for other in trained
        if other != arm
    }
    ends = [_ends(each) for each in found.values()]
    return Noninferiority(
        arm=arm,
        margin=margin,
        others={other: estimate for other, estimate in found.items() if estimate is not None},
        shown=all(each is not None and each[0] > -margin for each in ends),
    )


def _ends(estimate: Estimate | None) -> tuple[float, float] | None:
    """Return the ends of an interval; None where there is none, or no spread that it could rest on."""
    if estimate is None or estimate.low is None or estimate.high is None or estimate.degenerate:
        return None
    return estimate.low, estimate.high
