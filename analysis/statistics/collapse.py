"""Detection of collapsed runs, and the rate of runs that do not train."""

from dataclasses import dataclass
from typing import Any

import numpy as np
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
    flags = np.zeros(len(runs), dtype=bool)
    ends = runs["final_val"].to_numpy(dtype=float)
    groups = [] if chance is None else _confirmed_together(runs, ends, chance=chance)
    above = [at[ends[at] >= chance + COLLAPSED_FRACTION * (ends[at].max() - chance)] for at in groups]
    df = sum(len(at) - 1 for at in above)
    if df >= 1:
        pooled = (sum(float(((ends[at] - ends[at].mean()) ** 2).sum()) for at in above) / df) ** 0.5
        critical = float(stats.t.isf(FALSE_ALARMS / sum(len(at) for at in groups), df))
        for at, trained in zip(groups, above, strict=True):
            mean = ends[trained].mean()
            spread = max(pooled, float(ends[trained].std(ddof=1)) if len(trained) > 1 else 0.0)
            if mean - chance < MIN_DEVIATIONS_ABOVE_CHANCE * spread:
                continue
            near = np.setdiff1d(at, trained)
            flags[near] = mean - ends[near] > critical * spread * (1 + 1 / len(trained)) ** 0.5
    return pd.Series(flags, index=runs.index)


def _confirmed_together(runs: pd.DataFrame, ends: np.ndarray, *, chance: float) -> list[np.ndarray]:
    """Return the places of the finished confirmation runs of each configuration that has enough to tell by."""
    known = np.flatnonzero((runs["stage"] == "confirm").to_numpy() & ~np.isnan(ends))
    names = zip(*(runs[name].to_numpy()[known] for name in ("arm", "architecture", "overall")), strict=True)
    together: dict[tuple[Any, ...], list[int]] = {}
    for place, configuration in zip(known.tolist(), names, strict=True):
        together.setdefault(configuration, []).append(place)
    places = [np.array(at) for at in together.values() if len(at) >= MIN_RUNS]
    return [at for at in places if ends[at].max() > chance]
