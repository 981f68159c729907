"""Results of the search on the validation split: the best of many, and so flattered by the choice."""

import pandas as pd

from analysis.findings.configurations import describe_config
from analysis.loading.study_data import StudyData

ALL = "all"


def search_trials(data: StudyData) -> pd.DataFrame:
    """Return one row a trial of the search and of the selection, with rate and validation objective."""
    runs = data.runs
    trials = runs.loc[runs["stage"].isin(["search", "selection"]), _TRIAL_COLUMNS]
    lr = _chosen_rates(trials["config"])
    return trials.assign(lr=lr.fillna(runs["peak_lr"])).reset_index(drop=True)


_TRIAL_COLUMNS = [
    "arm",
    "stage",
    "run",
    "repeat",
    "seed",
    "architecture",
    "status",
    "num_epochs",
    "body_passes",
    "cost_seconds",
    "objective",
    "config",
]


def search_summary(data: StudyData) -> pd.DataFrame:
    """Return one row an arm, and one for each of its architectures where it tried several.

    `num_stopped` counts trials that a trial scheduler stopped, `num_unended` those that were interrupted.
    `best_objective` is the highest validation objective of the trials that finished; NaN where none did.
    `num_duplicates` is known for whole arms only.
    """
    trials = search_trials(data)
    trials = trials[trials["stage"] == "search"]
    rows = []
    for arm in data.settings.arms:
        of_arm = trials[trials["arm"] == arm]
        if of_arm.empty:
            continue
        rows.append(_summary_row(of_arm, arm, ALL, data.metadata.duplicates_skipped.get(arm)))
        names = sorted(set(of_arm["architecture"]))
        within = names if len(names) > 1 else []
        rows += [_summary_row(of_arm[of_arm["architecture"] == name], arm, name, None) for name in within]
    return pd.DataFrame(rows, columns=_SUMMARY_COLUMNS)


_SUMMARY_COLUMNS = [
    "arm",
    "architecture",
    "num_trials",
    "num_finished",
    "num_stopped",
    "num_diverged",
    "num_out_of_memory",
    "num_failed",
    "num_unended",
    "num_duplicates",
    "best_objective",
    "median_objective",
    "best_run",
    "best_config",
]


def _summary_row(
    trials: pd.DataFrame, arm: str, architecture: str, duplicates: int | None
) -> dict[str, object]:
    counts = trials["status"].value_counts()
    finished = trials[(trials["status"] == "finished") & trials["objective"].notna()]
    best = finished.sort_values("objective", kind="stable").iloc[-1] if len(finished) else None
    return {
        "arm": arm,
        "architecture": architecture,
        "num_trials": len(trials),
        "num_finished": int(counts.get("finished", 0)),
        "num_stopped": int(counts.get("stopped", 0)),
        "num_diverged": int(counts.get("diverged", 0)),
        "num_out_of_memory": int(counts.get("out_of_memory", 0)),
        "num_failed": int(counts.get("failed", 0)),
        "num_unended": int(counts.get("running", 0)),
        "num_duplicates": duplicates,
        "best_objective": float("nan") if best is None else float(best["objective"]),
        "median_objective": float(finished["objective"].median()),
        "best_run": None if best is None else str(best["run"]),
        "best_config": None if best is None else describe_config(best["config"], among=trials["config"]),
    }


def _chosen_rates(configs: pd.Series) -> pd.Series:
    """Return the `lr` of each configuration; NaN where it is not a number, such as `auto`."""
    values = [config.get("lr") for config in configs]
    numbers = [float(value) if isinstance(value, int | float) else float("nan") for value in values]
    return pd.Series(numbers, index=configs.index, dtype="float64")
