"""Units of an interval: pairs of seeds, or, where every arm was searched several times, its searches.

Seeds of one search's winner say how that configuration varies, and nothing of what another search would have found. So
where there are several independent searches, their means over the seeds are the units, and the answer is about methods:
a recipe with its space, its search algorithm and its budget.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.findings.splits import has_splits, over_splits, splits_of
from analysis.loading.study_data import StudyData
from analysis.statistics.estimate import Estimate
from analysis.statistics.paired import paired_t


def has_several(data: StudyData) -> bool:
    """Return whether the study searched every arm more than once."""
    return data.settings.num_repeats > 1


def searches_of(pairs: pd.DataFrame, data: StudyData) -> pd.Series:
    """Return which search each pair belongs to, counted from 1; both runs of a pair belong to the same."""
    return pairs["arm_run"].map(data.runs["repeat"])


def means_by_search(values: np.ndarray, searches: Sequence[int]) -> np.ndarray:
    """Return the mean over the seeds of each search.

    Args:
        values: Shape (pairs,) or (pairs, images).
        searches: Which search each pair belongs to.

    Returns:
        Shape (searches,) or (searches, images), in the order of the searches' numbers.
    """
    numbers = np.asarray(searches)
    return np.stack([values[numbers == number].mean(axis=0) for number in np.unique(numbers)])


def mean_difference(differences: pd.Series, pairs: pd.DataFrame, data: StudyData) -> Estimate | None:
    """Return the mean of paired differences with its t interval over seeds, or over searches or splits of several.

    Args:
        differences: Of pairs that have one, indexed as `pairs` are.
        pairs: The pairs, with `arm_run`.
        data: The study.
    """
    confidence = data.settings.confidence
    if has_splits(data):
        return over_splits(differences, splits_of(pairs, data), data)
    if not has_several(data) or differences.empty:
        return paired_t(differences.tolist(), confidence=confidence)
    searches = searches_of(pairs.loc[differences.index], data).tolist()
    means = means_by_search(differences.to_numpy(), searches)
    estimate = paired_t(means.tolist(), confidence=confidence)
    return None if estimate is None else over_searches(estimate, searches)


def by_units(differences: np.ndarray, pairs: pd.DataFrame, data: StudyData) -> np.ndarray:
    """Return the rows that an interval over images, too, counts: the pairs', or the mean rows of several searches.

    Args:
        differences: Shape (pairs, images).
        pairs: The pairs, one a row of `differences`, with `arm_run`.
        data: The study.
    """
    if not has_several(data):
        return differences
    return means_by_search(differences, searches_of(pairs, data).tolist())


def counted(estimate: Estimate, pairs: pd.DataFrame, data: StudyData) -> Estimate:
    """Return an estimate of `by_units`, saying what it counted."""
    return over_searches(estimate, searches_of(pairs, data).tolist()) if has_several(data) else estimate


def over_searches(estimate: Estimate, searches: Sequence[int]) -> Estimate:
    """Return an estimate whose units were searches, saying so.

    Args:
        estimate: Over the means of searches.
        searches: Which search each pair of seeds belongs to.
    """
    _, counts = np.unique(np.asarray(searches), return_counts=True)
    method = estimate.method.replace("seeds", "searches")
    return replace(estimate, method=method, seeds_each=(int(counts.min()), int(counts.max())))


def unit_values(values: pd.Series, searches: pd.Series, data: StudyData) -> list[float]:
    """Return what an arm's own interval is over: its runs' values, or of several searches their means.

    Args:
        values: Of runs that have one, indexed by run.
        searches: Which search each run belongs to, indexed by run.
        data: The study.
    """
    if not has_several(data) or values.empty:
        return values.tolist()
    return means_by_search(values.to_numpy(), searches.loc[values.index].tolist()).tolist()  # type: ignore[no-any-return]


def run_mean(values: pd.Series, runs: pd.DataFrame, data: StudyData, *, least: int) -> Estimate | None:
    """Return the mean of an arm's own runs with its interval over seeds, or over searches or splits of several.

    Args:
        values: Of runs that have one, indexed as `runs` are.
        runs: Rows of the run table, with `repeat` and `split`.
        data: The study.
        least: With fewer units there is None.
    """
    if has_splits(data):
        estimate = over_splits(values, runs["split"], data)
        return None if estimate is None or estimate.num_pairs < least else estimate
    units = unit_values(values, runs["repeat"], data)
    return paired_t(units, confidence=data.settings.confidence) if len(units) >= least else None


def units_word(data: StudyData) -> str:
    """Return what the intervals of a study are over: "seeds", "searches" or "splits"."""
    if has_splits(data):
        return "splits"
    return "searches" if has_several(data) else "seeds"
