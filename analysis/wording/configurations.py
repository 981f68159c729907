"""The configurations that are compared, in words: of each arm what its search or searches found."""

import pandas as pd

from analysis.findings.configurations import FOLLOW, searched_keys, searched_settings, shown, trial_of
from analysis.findings.contrasts.contrast import Contrast
from analysis.findings.searches import has_several
from analysis.loading.study_data import StudyData
from analysis.wording import number_format as fmt


def compared_sentence(contrast: Contrast, data: StudyData) -> str:
    """Return what is compared, by its settings and trials; empty where nothing was confirmed in both arms."""
    pairing = contrast.pairing
    if pairing.pairs.empty:
        return ""
    where = "" if pairing.architecture is None else f" within {pairing.architecture}"
    if has_several(data):
        return f"Compared are the methods{where}, by {_searches(data)}."
    arm = described(data, pairing.arm, list(pairing.pairs["arm_run"]))
    reference = described(data, pairing.reference, list(pairing.pairs["reference_run"]))
    return (
        f"Compared are these two configurations{where}, each found by one search, not the methods: {arm} against "
        f"{reference}."
    )


def overview_sentence(data: StudyData) -> str:
    """Return the same of many arms at once."""
    if has_several(data):
        return f"Compared are the methods, by {_searches(data)}."
    return (
        "Compared are configurations, not the methods: of each arm the one that its one search found; they are "
        "listed with the confirmation."
    )


def described(data: StudyData, arm: str, confirmed: list[str]) -> str:
    """Return an arm's name and, in brackets, a confirmed configuration's searched settings and its search trial.

    Args:
        data: The study.
        arm: The arm.
        confirmed: Its configuration's confirmation runs.
    """
    runs = data.runs.loc[confirmed]
    settings = searched_settings(data, arm, runs)
    trial = trial_of(data, runs.iloc[0])
    parts = [part for part in (settings, f"trial {trial}" if trial else "") if part]
    return f"{arm} ({'; '.join(parts)})" if parts else arm


def winner_sentences(data: StudyData) -> tuple[str, ...]:
    """Return a sentence for each confirmed configuration, arm by arm: the settings that its arm's search varied."""
    runs = data.runs
    confirmed = runs[runs["stage"] == "confirm"].drop_duplicates(["arm", "repeat", "architecture", "overall"])
    places = {arm: place for place, arm in enumerate(data.settings.arms)}
    ordered = confirmed.loc[confirmed["arm"].map(places).sort_values(kind="stable").index]
    several = data.settings.num_repeats > 1
    return tuple(_sentence(run, runs, several=several) for _, run in ordered.iterrows())


def spread_sentences(found: pd.DataFrame) -> tuple[str, ...]:
    """Return, arm by arm, how far the searches' winners lie apart on the test split, beside seeds of one winner."""
    sentences = []
    for arm, of_arm in found.groupby("arm", sort=False):
        means = of_arm["test_mean"].dropna()
        if len(means) < 2:
            continue
        within = float((of_arm["test_sd"].dropna() ** 2).mean() ** 0.5)
        beside = (
            "" if fmt.is_missing(within) else f", beside {fmt.fraction(within)} between seeds of one winner"
        )
        sentences.append(
            f"{arm}: the winners of {len(means)} searches reached {fmt.fraction(means.min())} to "
            f"{fmt.fraction(means.max())} (standard deviation {fmt.fraction(means.std(ddof=1))}{beside})"
        )
    return tuple(sentences)


def _searches(data: StudyData) -> str:
    settings = data.settings
    trials = "" if settings.num_trials is None else f" of {settings.num_trials} trials"
    seeds = (
        "" if settings.num_seeds is None else f", each one's winner confirmed on {settings.num_seeds} seeds"
    )
    return f"{settings.num_repeats} independent searches{trials} of each arm{seeds}"


def _sentence(run: pd.Series, runs: pd.DataFrame, *, several: bool) -> str:
    config = run["config"]
    keys = [key for key in searched_keys(runs, run["arm"]) if key not in FOLLOW and key in config]
    where = "" if run["overall"] else f" within {run['architecture']}"
    settings = ", ".join(f"{key} {shown(config[key])}" for key in keys)
    search = f", search {run['repeat']}" if several else ""
    return f"{run['arm']}{search}{where}: {run['architecture']}" + (f", {settings}" if settings else "")
