"""Which finished confirmation runs collapsed, and how often runs of an arm do not train."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

MIN_RUNS = 3
"""Fewer runs of a configuration do not say which of them is as it should be."""

MIN_DEVIATIONS_ABOVE_CHANCE = 6
"""Where runs lie closer to chance than this, in standard deviations, the lowest of them are no exception."""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """How often something happened to runs.

    Attributes:
        count: Runs that it happened to.
        num_runs: Runs.
        low: Lower end of the interval of the rate.
        high: Upper end.
        bound: Upper bound of the rate at the same level, one-sided.
    """

    count: int
    num_runs: int
    low: float
    high: float
    bound: float


def rate_of(count: int, num_runs: int, *, confidence: float) -> Rate:
    """Return a rate with its exact interval, which covers at least as often as it says.

    Source: Clopper & Pearson (1934).
    """
    if not num_runs:
        return Rate(count=0, num_runs=0, low=0.0, high=1.0, bound=1.0)
    tail = (1 - confidence) / 2
    rest = num_runs - count
    return Rate(
        count=count,
        num_runs=num_runs,
        low=float(stats.beta.ppf(tail, count, rest + 1)) if count else 0.0,
        high=float(stats.beta.isf(tail, count + 1, rest)) if rest else 1.0,
        bound=float(stats.beta.ppf(confidence, count + 1, rest)) if rest else 1.0,
    )


def collapsed_runs(runs: pd.DataFrame, *, chance: float | None) -> pd.Series:
    """Return, by run, whether it finished but collapsed.

    A finished confirmation run collapsed if its final validation objective lies less than half-way from chance to
    the best of the runs of its configuration (at least MIN_RUNS of them). Nothing is called so where the runs above
    half-way lie on average less than MIN_DEVIATIONS_ABOVE_CHANCE of their standard deviations, pooled over
    the configurations, above chance: on a task on which all are little better than chance, the lowest may be half-way.

    Args:
        runs: One row a run, as `run_table` gives.
        chance: What guessing scores on the validation split, as `chance_level` gives; None: nothing is known, and no
            run counts as collapsed.
    """
    flags = pd.Series(False, index=runs.index)
    if chance is None:
        return flags
    finished = runs[(runs["stage"] == "confirm") & runs["final_val"].notna()]
    groups = [
        of_one["final_val"]
        for _, of_one in finished.groupby(["arm", "architecture", "overall"])
        if len(of_one) >= MIN_RUNS
    ]
    above = [values[values >= (chance + values.max()) / 2] for values in groups]
    df = sum(len(values) - 1 for values in above)
    if df < 1:
        return flags
    spread = (sum(float(((values - values.mean()) ** 2).sum()) for values in above) / df) ** 0.5
    for values, trained in zip(groups, above, strict=True):
        if trained.mean() - chance >= MIN_DEVIATIONS_ABOVE_CHANCE * spread:
            flags[values.index.difference(trained.index)] = True
    return flags


def chance_level(val_counts: Sequence[int], *, objective: str) -> float | None:
    """Return what guessing scores: the largest class's share, or one over the classes for balanced accuracy.

    Args:
        val_counts: Validation images of each class; empty where they are not known.
        objective: "accuracy" or "balanced_accuracy".
    """
    counts = np.array([count for count in val_counts if count])
    if not len(counts):
        return None
    return 1 / len(counts) if objective == "balanced_accuracy" else float(counts.max() / counts.sum())
