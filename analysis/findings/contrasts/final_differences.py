"""Differences in the objective that finished runs end with."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.findings.pairs import Pairing, paired_values
from analysis.findings.searches import (
    by_units,
    counted,
    has_several,
    mean_difference,
    searches_of,
    unit_values,
)
from analysis.findings.splits import has_splits, splits_of
from analysis.loading.image_values import is_label_set
from analysis.loading.study_data import StudyData
from analysis.statistics.collapse import Rate, rate_of
from analysis.statistics.crossed import crossed_estimate
from analysis.statistics.estimate import Estimate
from analysis.statistics.image_sample import ImageSample


@dataclass(frozen=True, kw_only=True)
class FinalDifferences:
    """How the ends of paired runs differ, arm minus reference.

    A run that diverged or failed has no final objective, and none is invented for it; one that collapsed has one
    of another kind, and no interval over a few seeds covers a mean of both kinds. So the differences are over the
    pairs of which both runs trained, they speak only of runs that train, and how many do not is a result of its own.

    Attributes:
        confidence: Level of every interval.
        num_pairs: Pairs of seeds, whatever became of their runs.
        unfinished_arm: Runs of the arm in these pairs that diverged or failed.
        unfinished_reference: The same for the reference.
        collapsed_arm: Runs of the arm in these pairs that finished and collapsed.
        collapsed_reference: The same for the reference.
        lost_arm: Rate of the arm's runs in these pairs that diverged, failed or collapsed.
        lost_reference: The same for the reference.
        with_collapsed: Mean difference in the test objective over all pairs that finished, with runs that collapsed at
            what they ended with; None where none collapsed.
        arm_mean: The arm's mean final test objective over the pairs in `test`, or over their searches' means, as in
            `test`; None without any.
        reference_mean: The same for the reference.
        test: Test objective, interval over seeds alone. Where arms were searched several times, searches stand for
            seeds here and below; where they were confirmed on several splits, splits do.
        test_combined: Test objective, interval over seeds and images, or groups of them; None without predictions, and
            over splits, each of which has other images.
        val: Validation objective, interval over seeds alone.
    """

    confidence: float
    num_pairs: int
    unfinished_arm: int
    unfinished_reference: int
    collapsed_arm: int
    collapsed_reference: int
    lost_arm: Rate
    lost_reference: Rate
    with_collapsed: float | None
    arm_mean: float | None
    reference_mean: float | None
    test: Estimate | None
    test_combined: Estimate | None
    val: Estimate | None

    @property
    def headline(self) -> Estimate | None:
        """The estimate that the conclusion rests on: the combined one where there is one."""
        return self.test_combined if self.test_combined is not None else self.test


def final_differences(pairing: Pairing, data: StudyData) -> FinalDifferences:
    """Compare the final objectives of one pairing."""
    confidence = data.settings.confidence
    collapsed = data.runs["collapsed"]
    test = paired_values(pairing, data.runs["final_test"].mask(collapsed))
    val = paired_values(pairing, data.runs["final_val"].mask(collapsed))
    unfinished = data.runs["status"] != "finished"
    unfinished_arm, unfinished_reference = _count(pairing, unfinished)
    collapsed_arm, collapsed_reference = _count(pairing, collapsed)
    num_pairs = len(pairing.pairs)
    return FinalDifferences(
        confidence=confidence,
        num_pairs=num_pairs,
        unfinished_arm=unfinished_arm,
        unfinished_reference=unfinished_reference,
        collapsed_arm=collapsed_arm,
        collapsed_reference=collapsed_reference,
        lost_arm=rate_of(unfinished_arm + collapsed_arm, num_pairs, confidence=confidence),
        lost_reference=rate_of(unfinished_reference + collapsed_reference, num_pairs, confidence=confidence),
        with_collapsed=_with_collapsed(pairing, data) if collapsed_arm + collapsed_reference else None,
        arm_mean=_mean(test["arm"], pairing, data),
        reference_mean=_mean(test["reference"], pairing, data),
        test=mean_difference(test["arm"] - test["reference"], pairing.pairs, data),
        test_combined=_combined(pairing, data),
        val=mean_difference(val["arm"] - val["reference"], pairing.pairs, data),
    )


def _count(pairing: Pairing, flags: pd.Series) -> tuple[int, int]:
    """Return how many of the arm's and of the reference's runs in the pairs have the flag."""
    flagged = set(flags.index[flags])
    arm, reference = (
        sum(run in flagged for run in pairing.pairs[f"{side}_run"]) for side in ("arm", "reference")
    )
    return arm, reference


def _with_collapsed(pairing: Pairing, data: StudyData) -> float | None:
    ends = paired_values(pairing, data.runs["final_test"])
    return _mean(ends["arm"] - ends["reference"], pairing, data)


def _mean(values: pd.Series, pairing: Pairing, data: StudyData) -> float | None:
    """Return the mean over what intervals count: pairs, or the means of searches, which may have lost some pairs."""
    if values.empty:
        return None
    if has_splits(data):
        return float(values.groupby(splits_of(pairing.pairs, data).loc[values.index]).mean().mean())
    if not has_several(data):
        return float(values.mean())
    return float(np.mean(unit_values(values, searches_of(pairing.pairs, data), data)))


def _combined(pairing: Pairing, data: StudyData) -> Estimate | None:
    trained = data.runs.index[data.runs["final_test"].notna() & ~data.runs["collapsed"]]
    known = set(data.image_values.columns) & set(trained)
    both = pairing.pairs["arm_run"].isin(known) & pairing.pairs["reference_run"].isin(known)
    pairs = pairing.pairs[both]
    if pairs.empty or has_splits(data):  # an interval over splits is over their images, too
        return None
    values = values_of_runs(data, runs=[*pairs["arm_run"], *pairs["reference_run"]])
    differences = values[list(pairs["arm_run"])].to_numpy() - values[list(pairs["reference_run"])].to_numpy()
    rows = by_units(differences.T, pairs, data)
    images = sample_of(data, images=values.index)
    estimate = crossed_estimate(rows, confidence=data.settings.confidence, images=images)
    return counted(estimate, pairs, data)


def sample_of(data: StudyData, *, images: pd.Index) -> ImageSample:
    """Return how the test images of a study stand together, and how the objective takes their mean."""
    rows = data.test_images.loc[images]
    return ImageSample.of(
        groups=rows["group"].tolist(),
        labels=rows["label"].to_numpy(),
        balanced=is_by_class(data),
    )


def is_by_class(data: StudyData) -> bool:
    """Return whether the objective is the mean of the classes' means of `image_values`: with label sets never."""
    by_class = data.settings.objective == "balanced_accuracy" or data.settings.measured.needs_scores
    return by_class and not is_label_set(data.predictions["label"])


def values_of_runs(data: StudyData, *, runs: list[str]) -> pd.DataFrame:
    """Return what every image (rows) adds to the objective of every run (columns)."""
    wide = data.image_values[sorted(set(runs))].dropna(how="all")
    holes = wide.isna().any()
    if holes.any():
        run = holes[holes].index[0]
        raise ValueError(f"predictions.parquet: run {run!r} lacks images that other runs of its pair have")
    return wide
