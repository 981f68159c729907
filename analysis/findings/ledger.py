"""Ledger of the time, by arm and stage."""

import pandas as pd

from analysis.loading.runs import LEDGER_COLUMNS
from analysis.loading.study_data import StudyData

_BUSY = ["range_test_seconds", "features_seconds", "training_seconds", "validation_seconds"]


def ledger(data: StudyData) -> pd.DataFrame:
    """Return one row an arm and stage: runs, epochs, body passes, and the sums of the ledger.

    `cost_seconds` is what the runs would have cost alone: range test, features, training and shared.
    `cost_money` charges a trial's second the machine's price over the trials that ran at once; NaN unless
    both are known.
    """
    columns = ["num_epochs", "body_passes", *LEDGER_COLUMNS, "cost_seconds"]
    grouped = data.runs.groupby(["arm", "stage"], sort=False)
    table = grouped[columns].sum()
    table.insert(0, "num_runs", grouped.size())
    table["cost_money"] = table["cost_seconds"] * price_of_trial_second(data)
    return _in_order(table.reset_index(), data)


def price_of_trial_second(data: StudyData) -> float:
    """Return what one trial's second costs, in the user's currency; NaN where it is not known."""
    price, num_trials = data.settings.cost_per_hour, data.metadata.num_concurrent_trials
    return float("nan") if price is None or not num_trials else price / 3600 / num_trials


def overhead(data: StudyData) -> pd.DataFrame:
    """Return, by stage and for the whole study, the share of concurrent trials x wall time in which no trial worked.

    Work is range tests, features, training and validation; the rest is waiting, start-up and idle places.
    Columns: `stage`, `wall_seconds`, `trial_seconds`, `busy_seconds`, `overhead_fraction`, `wall_money`.
    Stages of which the wall time is not known are left out.
    """
    metadata = data.metadata
    if not metadata.num_concurrent_trials:
        return pd.DataFrame(columns=_OVERHEAD_COLUMNS)
    runs = data.runs
    walls = [(stage, wall, runs[runs["stage"] == stage]) for stage, wall in metadata.stage_seconds.items()]
    if metadata.wall_seconds is not None:
        walls.append(("all", metadata.wall_seconds, runs))
    rows = [_overhead_row(data, stage, wall, of_stage) for stage, wall, of_stage in walls if wall]
    return pd.DataFrame(rows, columns=_OVERHEAD_COLUMNS)


_OVERHEAD_COLUMNS = [
    "stage",
    "wall_seconds",
    "trial_seconds",
    "busy_seconds",
    "overhead_fraction",
    "wall_money",
]


def _overhead_row(data: StudyData, stage: str, wall: float, runs: pd.DataFrame) -> dict[str, object]:
    assert data.metadata.num_concurrent_trials is not None
    trial_seconds = wall * data.metadata.num_concurrent_trials
    busy = float(runs[_BUSY].sum().sum())
    return {
        "stage": stage,
        "wall_seconds": wall,
        "trial_seconds": trial_seconds,
        "busy_seconds": busy,
        "overhead_fraction": 1 - busy / trial_seconds,
        "wall_money": trial_seconds * price_of_trial_second(data),
    }


def _in_order(table: pd.DataFrame, data: StudyData) -> pd.DataFrame:
    stages = {stage: rank for rank, stage in enumerate(("pretrain", "search", "selection", "confirm"))}
    arms = {arm: rank for rank, arm in enumerate(data.settings.arms)}
    rank = table["stage"].map(stages) + len(stages) * table["arm"].map(arms).fillna(-1)
    return table.loc[rank.sort_values(kind="stable").index].reset_index(drop=True)
