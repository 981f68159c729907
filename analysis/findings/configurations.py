"""Configurations that a search chose: the settings that it varied, and the trial that had them."""

import json
import math
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from analysis.loading.study_data import StudyData
from trainables.record import PLACE_KEYS

FOLLOW = ("architecture", "weights")
"""Settings that vary with the network, which is named anyway."""


TIMES = "_times"
"""How the name of a setting ends that multiplies what the range test suggests for the setting before it."""


def searched_keys(runs: pd.DataFrame, arm: str) -> list[str]:
    """Return the settings that differ between the search runs of an arm; its rate where none does."""
    searched = runs[(runs["stage"] == "search") & (runs["arm"] == arm)]
    configs = list(searched["config"])
    keys = dict.fromkeys(key for config in configs for key in config if key not in PLACE_KEYS)
    varied = [key for key in keys if len({json.dumps(config.get(key)) for config in configs}) > 1]
    return varied or [key for key in keys if key == "lr"]


def searched_settings(data: StudyData, arm: str, runs: pd.DataFrame) -> str:
    """Return what an arm's search varied as one configuration has it, rates resolved, to three digits.

    Args:
        data: The study.
        arm: The arm.
        runs: Rows of the run table, all of the one configuration.
    """
    config: dict[str, Any] = runs.iloc[0]["config"]
    keys = searched_keys(data.runs, arm)
    named = [str(config["architecture"])] if "architecture" in keys else []
    settings = [_setting(key, config, runs) for key in keys if key not in FOLLOW and key in config]
    return ", ".join([*named, *settings])


def trial_of(data: StudyData, run: pd.Series) -> str:
    """Return the search trial whose configuration a confirmation run has; empty where `run.json` does not say."""
    for winner in data.metadata.winners.get(run["arm"], ()):
        same_search = (winner.repeat or 1) == run["repeat"]
        if same_search and winner.config["architecture"] == run["architecture"]:
            return winner.run
    return ""


def describe_config(config: Mapping[str, Any], *, among: Collection[Mapping[str, Any]]) -> str:
    """Return the fields of a configuration that vary among others of its arm, as `lr=0.03, cycle_len=2`."""
    varying = [key for key in config if any(other.get(key) != config[key] for other in among)]
    unnamed = PLACE_KEYS | {"seed", "recipe"}
    return ", ".join(f"{key}={shown(config[key])}" for key in varying if key not in unnamed)


def shown(value: object) -> str:
    """Return a setting's value, numbers to three digits."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _setting(key: str, config: dict[str, Any], runs: pd.DataFrame) -> str:
    """Return a setting and its value; of a multiple of the range test's suggestion the rate that came of it, too."""
    value = config[key]
    base = key.removesuffix(TIMES)
    if key == base or config.get(base) != "auto":
        return f"{key} {shown(value)}"
    rate = runs["peak_lr"].median() if base == "lr" else float("nan")
    resolved = "" if math.isnan(rate) else f"{rate:.3g}, "
    return f"{base} {resolved}{shown(value)} times auto"
