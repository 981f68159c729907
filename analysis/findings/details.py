"""Measures of the confirmed models beside the objective, one row a measure and arm."""

from collections.abc import Mapping

import pandas as pd

from analysis.findings.arm_summary import MIN_SEEDS
from analysis.findings.searches import run_mean
from analysis.findings.winner_groups import WinnerGroup, winner_groups
from analysis.loading.study_data import StudyData

MEASURES = (
    "test_accuracy",
    "test_balanced_accuracy",
    "test_macro_f1",
    "test_auroc",
    "test_mean_average_precision",
    "test_specificity",
    "test_loss",
    "test_calibration_error",
)


def detail_table(data: StudyData) -> pd.DataFrame:
    """Return one row for each confirmed configuration and measure of the test split that any of its runs has.

    Columns: `arm`, `architecture` (None for the arm's overall winner), `measure`, `num_runs` that trained
    and were measured, `mean`, and `low` and `high`, the t interval over seeds (over searches or splits, where
    there are several): NaN under MIN_SEEDS of them.
    """
    groups = winner_groups(confirmed_runs(data), arms=data.settings.arms)
    rows = [
        _row(group, measure, values, data)
        for group in groups
        for measure in MEASURES
        if len(values := measure_of_runs(group.runs, measure).dropna())
    ]
    columns = ["arm", "architecture", "measure", "num_runs", "mean", "low", "high"]
    return pd.DataFrame(rows, columns=columns).astype({"low": "float64", "high": "float64"})


def measure_of_runs(runs: pd.DataFrame, measure: str) -> pd.Series:
    """Return a measure of each run, NaN where it has none: one of its columns, or of its `test_measures`.

    Average precision is for images with several labels, or where it is the objective: of one class an image it says
    what AUROC says, in other words.
    """
    if measure in runs.columns:
        return runs[measure]
    name = measure.removeprefix("test_")
    if name == "mean_average_precision":
        runs = runs.assign(
            test_measures=runs["test_measures"].where(
                runs["test_accuracy"].isna() | _is_objective(runs, name), None
            )
        )
    return pd.Series(
        [found.get(name) if isinstance(found, Mapping) else None for found in runs["test_measures"]],
        index=runs.index,
        dtype="float64",
    )


def _is_objective(runs: pd.DataFrame, name: str) -> pd.Series:
    return runs["config"].map(lambda config: config.get("objective") == name)


def confirmed_runs(data: StudyData) -> pd.DataFrame:
    """Return the rows of the run table that are confirmation runs and did not collapse, with all their columns."""
    return data.runs[(data.runs["stage"] == "confirm") & ~data.runs["collapsed"]]


def _row(group: WinnerGroup, measure: str, values: pd.Series, data: StudyData) -> dict[str, object]:
    estimate = run_mean(values, group.runs, data, least=MIN_SEEDS)
    return {
        "arm": group.arm,
        "architecture": group.architecture,
        "measure": measure,
        "num_runs": len(values),
        "mean": values.mean(),
        "low": None if estimate is None else estimate.low,
        "high": None if estimate is None else estimate.high,
    }
