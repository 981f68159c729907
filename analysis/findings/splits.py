"""Splits of a confirmation: where every winner was trained and tested on several, they are the units of intervals."""

from dataclasses import replace

import pandas as pd

from analysis.loading.study_data import StudyData
from analysis.statistics.estimate import Estimate
from analysis.statistics.resampled import resampled_estimate, widening


def has_splits(data: StudyData) -> bool:
    """Return whether the confirmation has several splits."""
    return bool(data.metadata.splits)


def splits_of(pairs: pd.DataFrame, data: StudyData) -> pd.Series:
    """Return which split each pair was trained and tested on, counted from 1; both of its runs have the same."""
    return pairs["arm_run"].map(data.runs["split"])


def over_splits(values: pd.Series, splits: pd.Series, data: StudyData) -> Estimate | None:
    """Return the mean over splits, of the mean of each one's seeds, with an interval that minds their overlap.

    Args:
        values: One for each run or pair that has one.
        splits: Which split each belongs to, indexed as `values` are, and of more of them where some have no value.
        data: The study.
    """
    of_each = splits.loc[values.index]
    means = values.groupby(of_each).mean()
    estimate = resampled_estimate(
        means.tolist(), test_share=test_share(data), confidence=data.settings.confidence
    )
    return None if estimate is None else counted_splits(estimate, of_each)


def counted_splits(estimate: Estimate, splits: pd.Series) -> Estimate:
    """Return an estimate whose units were splits, saying so; `splits` has each pair's."""
    counts = splits.value_counts()
    return replace(estimate, of_splits=True, seeds_each=(int(counts.min()), int(counts.max())))


def widening_of(num_splits: int, data: StudyData) -> float:
    """Return by how much a standard error over so many splits has to grow for their overlap."""
    return widening(num_splits, test_share=test_share(data))


def test_share(data: StudyData) -> float:
    """Return the share of the images that splits are drawn from which is tested, in the mean."""
    shares = [each.num_test / (each.num_test + each.num_train) for each in data.metadata.splits]
    return sum(shares) / len(shares)
