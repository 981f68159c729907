"""Outlook of every search: the worth of its winner, trial by trial, and what more searching would bring."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.findings.searching.arm_search import ArmSearch, arm_searches
from analysis.loading.study_data import StudyData
from analysis.statistics.searching.response_surface import Surface, fit_surface
from analysis.statistics.searching.search_forecast import (
    NUM_PROPOSALS,
    Forecast,
    Gain,
    forecast,
    proposals_like,
)

LOOK_AHEAD_SECONDS = 600.0
"""What is forecast, where that is at least a quarter of the search, and at most as long again."""

SLIGHT_CHANCE = 0.05
"""Chance of a gain that is worth while below which searching is called done."""

COLUMNS = ("arm", "repeat", "num_trials", "mean", "low", "high", "best_seen", "extrapolated")


@dataclass(frozen=True, kw_only=True)
class Horizon:
    """How far ahead is looked.

    Attributes:
        num_more: More trials of each search.
        seconds: Wall time that all searches together take for them; None where the study's pace is not known.
    """

    num_more: int
    seconds: float | None


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """One search, and what is known and expected of it.

    Attributes:
        search: The search.
        surface: What its settings give.
        forecast: What its winner is worth.
        horizon: How far ahead is looked.
        worth: Gain from which on more searching is worth while: the study's margin, within which all is the same.
    """

    search: ArmSearch
    surface: Surface
    forecast: Forecast
    horizon: Horizon
    worth: float

    @property
    def gain(self) -> Gain:
        """What is expected within the horizon."""
        return next(each for each in self.forecast.gains if each.num_more == self.horizon.num_more)


def outlooks(data: StudyData) -> tuple[Outlook, ...]:
    """Return the outlook of every search that has trials enough to say anything."""
    searches = [each for each in arm_searches(data) if each.says_enough]
    if not searches:
        return ()
    longest = max(len(each.trials.values) for each in searches)
    horizon = horizon_of(data, longest)
    return tuple(_outlook(data, each, horizon) for each in searches)


def horizon_of(data: StudyData, num_trials: int) -> Horizon:
    """Return how far ahead to look: ten minutes, but no less than a quarter of the trials made and no more than all.

    Args:
        data: The study.
        num_trials: Trials made in each search.
    """
    least, most = math.ceil(num_trials / 4), num_trials
    pace = seconds_a_round(data)
    if pace is None:
        return Horizon(num_more=most, seconds=None)
    within = min(max(int(LOOK_AHEAD_SECONDS / pace), least), most)
    return Horizon(num_more=within, seconds=within * pace)


def seconds_a_round(data: StudyData) -> float | None:
    """Return the wall time in which the study made one trial of each of its searches; None where it is not known."""
    searched = data.runs[data.runs["stage"] == "search"]
    wall = data.metadata.stage_seconds.get("search")
    num_searches = searched.groupby(["arm", "repeat"]).ngroups
    return wall * num_searches / len(searched) if wall and len(searched) else None


def _outlook(data: StudyData, search: ArmSearch, horizon: Horizon) -> Outlook:
    surface = fit_surface(search.observed)
    made = len(search.trials.values)
    proposals = proposals_like(
        search.trials, search.space.categorical, num=NUM_PROPOSALS, generator=np.random.default_rng(made)
    )
    ahead = forecast(
        surface,
        search.trials,
        search.space.allowed(proposals),
        more=tuple(sorted({math.ceil(made / 4), horizon.num_more, made})),
        worth=data.settings.margin,
        confidence=data.settings.confidence,
    )
    return Outlook(
        search=search, surface=surface, forecast=ahead, horizon=horizon, worth=data.settings.margin
    )


def tuning_curves(found: tuple[Outlook, ...]) -> pd.DataFrame:
    """Return one row a search and number of trials.

    `mean`, `low` and `high` are the winner's expected confirmed value with its band, `best_seen` the best value that
    the search had seen by then (NaN beyond it), `extrapolated` whether so many trials were not made.
    """
    tables = [_curve(each) for each in found]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))


def _curve(each: Outlook) -> pd.DataFrame:
    ahead, values = each.forecast, each.search.trials.values
    numbers = np.arange(1, len(ahead.mean) + 1)
    best = np.full(len(numbers), np.nan)
    best[: len(values)] = np.fmax.accumulate(values)
    return pd.DataFrame(
        {
            "arm": each.search.arm,
            "repeat": each.search.repeat,
            "num_trials": numbers,
            "mean": ahead.mean,
            "low": ahead.low,
            "high": ahead.high,
            "best_seen": best,
            "extrapolated": numbers > ahead.num_made,
        }
    )


def expected_gains(found: tuple[Outlook, ...]) -> pd.DataFrame:
    """Return one row a search and number of further trials: the gain that is expected of them, with its interval."""
    rows = [
        {
            "arm": each.search.arm,
            "repeat": each.search.repeat,
            "num_made": each.forecast.num_made,
            "num_more": gain.num_more,
            "mean": gain.mean,
            "low": gain.low,
            "high": gain.high,
            "chance_of_worth": gain.chance,
            "worth": each.worth,
        }
        for each in found
        for gain in each.forecast.gains
    ]
    return pd.DataFrame(rows)
