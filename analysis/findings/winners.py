"""The configuration that each arm confirmed: what its search chose."""

import json
from typing import Any

import pandas as pd

from analysis.loading.study_data import Evidence

FOLLOW = ("architecture", "weights")
"""Settings that vary with the network, which is named anyway."""


def winner_sentences(evidence: Evidence) -> tuple[str, ...]:
    """Return a sentence for each confirmed configuration, arm by arm: the settings that its arm's search varied."""
    runs = evidence.runs
    confirmed = runs[runs["stage"] == "confirm"].drop_duplicates(["arm", "repeat", "architecture", "overall"])
    places = {arm: place for place, arm in enumerate(evidence.settings.arms)}
    ordered = confirmed.loc[confirmed["arm"].map(places).sort_values(kind="stable").index]
    several = evidence.settings.num_repeats > 1
    return tuple(_sentence(run, runs, several=several) for _, run in ordered.iterrows())


def searched_keys(runs: pd.DataFrame, arm: str) -> list[str]:
    """Return the settings that differ between the search runs of an arm; its rate where none does."""
    searched = runs[(runs["stage"] == "search") & (runs["arm"] == arm)]
    configs = list(searched["config"])
    keys = dict.fromkeys(key for config in configs for key in config)
    varied = [key for key in keys if len({json.dumps(config.get(key)) for config in configs}) > 1]
    return varied or [key for key in keys if key == "lr"]


def _sentence(run: pd.Series, runs: pd.DataFrame, *, several: bool) -> str:
    config = run["config"]
    keys = [key for key in searched_keys(runs, run["arm"]) if key not in FOLLOW and key in config]
    where = "" if run["overall"] else f" within {run['architecture']}"
    settings = ", ".join(f"{key} {shown(config[key])}" for key in keys)
    search = f", search {run['repeat']}" if several else ""
    return f"{run['arm']}{search}{where}: {run['architecture']}" + (f", {settings}" if settings else "")


def shown(value: Any) -> str:
    """Return a setting's value, numbers to three digits."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)
