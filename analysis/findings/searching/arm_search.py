"""One search of one arm as the statistics take it: its trials in order, and the runs that say what settings give."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.findings.searching.settings_space import SettingsSpace, settings_space
from analysis.loading.study_data import StudyData
from analysis.statistics.searching.response_surface import Observed
from analysis.statistics.searching.search_forecast import Trials

MIN_TRIALS = 6
"""Trials with a value from which on anything is said of a search: docs/evidence.md has what is right with so few."""

MAX_TRIALS = 100
"""Trials up to which it is: a Gaussian process of more takes long, and so long a search shows its end by itself."""

FLOOR = 3.0
"""Values further below the median than this many times the best's distance above it are raised to that: how bad the bad
settings are says nothing about the best ones, and would make the surface one cliff. Candidates' runs on other seeds
stay as they are: what a winner is worth is their mean."""

DRAWN_INDEPENDENTLY = frozenset({"random", "quasi_random", "grid"})
"""Search algorithms that choose no trial by the values of those before it."""


@dataclass(frozen=True, kw_only=True)
class ArmSearch:
    """One search of one arm.

    Attributes:
        arm: Name of the arm.
        repeat: Which of its independent searches, counted from 1.
        space: What it varied.
        table: Its trials in order: rows of the run table.
        trials: The same as arrays.
        observed: Its trials and the runs of its candidates on other seeds, those of its winner among them.
        seconds: What its trials cost, on average.
    """

    arm: str
    repeat: int
    space: SettingsSpace
    table: pd.DataFrame
    trials: Trials
    observed: Observed
    seconds: float

    @property
    def num_valued(self) -> int:
        """Trials that ended with a value."""
        return int(np.isfinite(self.trials.values).sum())

    @property
    def floor(self) -> float:
        """The value that the surface has lower ones raised to."""
        return floor_of(self.trials.values)

    @property
    def says_enough(self) -> bool:
        """Whether there is enough of it to say anything, and not too much to compute it."""
        in_reach = self.num_valued >= MIN_TRIALS and len(self.trials.values) <= MAX_TRIALS
        return in_reach and float(np.ptp(self.observed.values)) > 0


def arm_searches(data: StudyData) -> Iterator[ArmSearch]:
    """Yield every search of every arm that varied something, in the order of the study file."""
    runs = data.runs
    for arm in data.settings.arms:
        of_arm = runs[runs["arm"] == arm]
        space = settings_space(data, arm)
        searched = of_arm[of_arm["stage"] == "search"]
        for repeat in sorted(set(searched["repeat"])) if space.axes else ():
            yield _arm_search(data, of_arm[of_arm["repeat"] == repeat], space, arm=arm, repeat=int(repeat))


def _arm_search(
    data: StudyData, runs: pd.DataFrame, space: SettingsSpace, *, arm: str, repeat: int
) -> ArmSearch:
    table = runs[(runs["stage"] == "search") & (runs["status"] != "running")].sort_values("run")
    values = table["objective"].where(table["status"] == "finished").to_numpy(dtype=float)
    selection = runs[(runs["stage"] == "selection") & (runs["status"] == "finished")]
    means = selection["objective"].groupby(selection["config"].map(space.key_of)).mean()
    rules = data.settings.search
    return ArmSearch(
        arm=arm,
        repeat=repeat,
        space=space,
        table=table,
        trials=Trials(
            points=space.points(table["config"]),
            values=values,
            selection=table["config"].map(space.key_of).map(means).to_numpy(dtype=float),
            num_unordered=num_unordered(rules.algorithm, len(table), planned=data.settings.num_trials),
            num_candidates=rules.num_candidates,
            num_selection_seeds=rules.num_selection_seeds,
        ),
        observed=_observed(table, values, _repeats(runs), space),
        seconds=float(table["cost_seconds"].mean()),
    )


def num_unordered(algorithm: str, num_trials: int, *, planned: int | None) -> int:
    """Return how many of a search's first trials were drawn independently of the others' values.

    All of a random or a grid search; of TPE those it begins with (`study.samplers.tpe`): a third of what was planned,
    four to ten; none of an algorithm that is not known.
    """
    if algorithm in DRAWN_INDEPENDENTLY:
        return num_trials
    if algorithm == "tpe":
        return min(num_trials, 10, max(4, (planned or num_trials) // 3))
    return 0


def _repeats(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs of a search's candidates on other seeds; one that collapsed is of another kind."""
    again = runs["stage"].isin(["selection", "confirm"]) & (runs["status"] == "finished")
    return runs[again & ~runs["collapsed"].astype(bool) & runs["objective"].notna()]


def _observed(
    table: pd.DataFrame, values: np.ndarray, repeats: pd.DataFrame, space: SettingsSpace
) -> Observed:
    """Return what was seen of the surface.

    A trial that diverged stands at the lowest value: there is nothing to be had there.
    """
    floor = floor_of(values)
    lost = (table["status"] == "diverged").to_numpy()
    seen = np.where(np.isfinite(values), np.maximum(values, floor), np.where(lost, floor, np.nan))
    known = np.isfinite(seen)
    kept = table[known]
    again = repeats["objective"].to_numpy(dtype=float)
    return Observed(
        points=np.concatenate([space.points(kept["config"]), space.points(repeats["config"])]),
        categorical=space.categorical,
        values=np.concatenate([seen[known], again]),
        seeds=np.concatenate([kept["seed"].to_numpy(), repeats["seed"].to_numpy()]),
    )


def floor_of(values: np.ndarray) -> float:
    """Return the value that lower ones are raised to, see `FLOOR`; NaN without values."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return float("nan")
    median = float(np.median(finite))
    return max(float(finite.min()), median - FLOOR * (float(finite.max()) - median))
