"""Detection of collapsed runs, and the rate of runs that do not train."""

from dataclasses import dataclass

import pandas as pd
from scipy import stats

MIN_RUNS = 3
"""Fewer runs of a configuration do not say which of them is as it should be."""

COLLAPSED_FRACTION = 0.25
"""A collapsed run has come less than this part of the way from chance to the best run of its configuration."""

MIN_DEVIATIONS_ABOVE_CHANCE = 6
"""Where runs lie closer to chance than this, in standard deviations, the lowest of them are no exception."""

FALSE_ALARMS = 0.01
"""Share of studies without a collapse in which a run may be taken for one, were runs' ends normal."""


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

    A finished confirmation run collapsed if its final validation objective lies near chance (COLLAPSED_FRACTION of
    the way to the best run of its configuration, of at least MIN_RUNS), and so far below the mean of those of its
    configuration that do not as would be seen in FALSE_ALARMS of studies of normal ends: a one-sided t test of a
    further value, Bonferroni over the runs. Nothing is called so where that mean is less than
    MIN_DEVIATIONS_ABOVE_CHANCE standard deviations above chance: on a task on which all are little better than chance,
    the lowest may be near it. The deviation is that pooled over the configurations, or the configuration's own if that
    is larger.

    A run that has lost one class of several is not seen, nor is any if all of its configuration collapsed.

    Args:
        runs: One row a run, as `run_table` gives.
        chance: What guessing scores on the validation split, as `chance_level` gives; None: nothing is known, and no
            run counts as collapsed.
    """
    flags = pd.Series(False, index=runs.index)
    if chance is None:
        return flags
    configuration = ["arm", "architecture", "overall"]
    known = (runs["stage"] == "confirm") & runs["final_val"].notna()
    finished = runs.loc[known, [*configuration, "final_val"]]
    groups = [
        of_one["final_val"]
        for _, of_one in finished.groupby(configuration)
        if len(of_one) >= MIN_RUNS and of_one["final_val"].max() > chance
    ]
    above = [values[values >= chance + COLLAPSED_FRACTION * (values.max() - chance)] for values in groups]
    df = sum(len(values) - 1 for values in above)
    if df < 1:
        return flags
    pooled = (sum(float(((values - values.mean()) ** 2).sum()) for values in above) / df) ** 0.5
    critical = float(stats.t.isf(FALSE_ALARMS / sum(len(values) for values in groups), df))
    for values, trained in zip(groups, above, strict=True):
        spread = max(pooled, float(trained.std(ddof=1)) if len(trained) > 1 else 0.0)
        if trained.mean() - chance < MIN_DEVIATIONS_ABOVE_CHANCE * spread:
            continue
        near = values[values.index.difference(trained.index)]
        flags[near.index] = trained.mean() - near > critical * spread * (1 + 1 / len(trained)) ** 0.5
    return flags
