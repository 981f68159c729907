"""What a contrast compares: two configurations that one search each has found, or methods that were searched often."""

import json
from typing import Any

import pandas as pd

from analysis.findings.contrast import Contrast
from analysis.findings.searches import has_several
from analysis.findings.winners import FOLLOW, searched_keys, shown
from analysis.loading.study_data import Evidence
from analysis.wording import number_format as fmt

TIMES = "_times"
"""How the name of a setting ends that multiplies what the range test suggests for the setting before it."""


def compared_sentence(contrast: Contrast, evidence: Evidence) -> str:
    """Return what is compared, by its settings and trials; empty where nothing was confirmed in both arms."""
    pairing = contrast.pairing
    if pairing.pairs.empty:
        return ""
    where = "" if pairing.architecture is None else f" within {pairing.architecture}"
    if has_several(evidence):
        return f"Compared are the methods{where}, by {_searches(evidence)}."
    arm = described(evidence, pairing.arm, list(pairing.pairs["arm_run"]))
    reference = described(evidence, pairing.reference, list(pairing.pairs["reference_run"]))
    return (
        f"Compared are these two configurations{where}, each found by one search, not the methods: {arm} against "
        f"{reference}."
    )


def overview_sentence(evidence: Evidence) -> str:
    """Return the same of many arms at once."""
    if has_several(evidence):
        return f"Compared are the methods, by {_searches(evidence)}."
    return (
        "Compared are configurations, not the methods: of each arm the one that its one search found; they are "
        "listed with the confirmation."
    )


def described(evidence: Evidence, arm: str, confirmed: list[str]) -> str:
    """Return an arm's name and, in brackets, a confirmed configuration's searched settings and its search trial.

    Args:
        evidence: What was recorded.
        arm: The arm.
        confirmed: Its configuration's confirmation runs.
    """
    runs = evidence.runs.loc[confirmed]
    settings = searched_settings(evidence, arm, runs)
    trial = trial_of(evidence, runs.iloc[0])
    parts = [part for part in (settings, f"trial {trial}" if trial else "") if part]
    return f"{arm} ({'; '.join(parts)})" if parts else arm


def searched_settings(evidence: Evidence, arm: str, runs: pd.DataFrame) -> str:
    """Return what an arm's search varied as one configuration has it, rates resolved, to three digits.

    Args:
        evidence: What was recorded.
        arm: The arm.
        runs: Rows of the run table, all of the one configuration.
    """
    config: dict[str, Any] = json.loads(runs.iloc[0]["config"])
    keys = searched_keys(evidence.runs, arm)
    named = [str(config["architecture"])] if "architecture" in keys else []
    settings = [_setting(key, config, runs) for key in keys if key not in FOLLOW and key in config]
    return ", ".join([*named, *settings])


def trial_of(evidence: Evidence, run: pd.Series) -> str:
    """Return the search trial whose configuration a confirmation run has; empty where `run.json` does not say."""
    for winner in evidence.facts.winners.get(run["arm"], ()):
        same_search = (winner.repeat or 1) == run["repeat"]
        if same_search and winner.config["architecture"] == run["architecture"]:
            return winner.run
    return ""


def _setting(key: str, config: dict[str, Any], runs: pd.DataFrame) -> str:
    """Return a setting and its value; of a multiple of the range test's suggestion the rate that came of it, too."""
    value = config[key]
    base = key.removesuffix(TIMES)
    if key == base or config.get(base) != "auto":
        return f"{key} {shown(value)}"
    rate = runs["peak_lr"].median() if base == "lr" else float("nan")
    resolved = "" if fmt.is_missing(rate) else f"{rate:.3g}, "
    return f"{base} {resolved}{shown(value)} times auto"


def _searches(evidence: Evidence) -> str:
    settings = evidence.settings
    trials = "" if settings.num_trials is None else f" of {settings.num_trials} trials"
    seeds = (
        "" if settings.num_seeds is None else f", each one's winner confirmed on {settings.num_seeds} seeds"
    )
    return f"{settings.num_repeats} independent searches{trials} of each arm{seeds}"
