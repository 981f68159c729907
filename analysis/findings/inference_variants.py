"""Other ways of predicting with what a run has trained, each beside its last model."""

import math
from collections.abc import Iterator

import pandas as pd

from analysis.findings.details import confirmed_runs
from analysis.findings.searches import run_mean
from analysis.findings.winner_groups import winner_groups
from analysis.loading.study_data import StudyData
from analysis.statistics.estimate import Estimate

LAST = "last"
"""The network that a run ends with, as it predicts a single image."""

WAYS = (LAST, "tta", "ensemble", "average")
_OF_LAST = {"objective": "final_test", "loss": "test_loss"}


def inference_variants_of(data: StudyData) -> pd.DataFrame:
    """Return one row for each confirmed configuration, way of predicting and measure of the test split.

    A configuration of which no run has another way than its last model has no rows.

    Columns: `arm`, `architecture` (None for the arm's overall winner), `way` (of WAYS), `measure`
    ("objective" or "loss"), `num_runs` that have it, their `mean`, and the mean `difference` to the last
    model of the same runs with its paired t interval, `low` and `high`: NaN under two runs, and in the rows
    of the last model, which are of the runs that have any other way.
    """
    rows = [
        (group.arm, group.architecture, way, measure, *numbers)
        for group in winner_groups(confirmed_runs(data), arms=data.settings.arms)
        for way, measure, numbers in _rows(_measured(group.runs), group.runs, data)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS).astype(dict.fromkeys(_COLUMNS[-3:], "float64"))


_COLUMNS = ["arm", "architecture", "way", "measure", "num_runs", "mean", "difference", "low", "high"]


def _rows(
    measured: pd.DataFrame, runs: pd.DataFrame, data: StudyData
) -> Iterator[tuple[str, str, tuple[float, ...]]]:
    for way in WAYS:
        for measure in _OF_LAST:
            values = measured[f"{way}/{measure}"].dropna()
            if len(values):
                to_last = (values - measured[f"{LAST}/{measure}"]).dropna()
                estimate = None if way == LAST else run_mean(to_last, runs, data, least=1)
                yield way, measure, (len(values), values.mean(), *_compared(estimate))


def _measured(runs: pd.DataFrame) -> pd.DataFrame:
    """Return one row a run that has any other way, one column a way and measure; NaN where it has not."""
    rows, names = [], []
    for name, run in runs.iterrows():
        found = run["further"] or {}
        others = {
            name.removeprefix("test/"): value for name, value in found.items() if name.startswith("test/")
        }
        if others:
            rows.append(others | {f"{LAST}/{measure}": run[column] for measure, column in _OF_LAST.items()})
            names.append(name)
    columns = [f"{way}/{measure}" for way in WAYS for measure in _OF_LAST]
    return pd.DataFrame(rows, columns=columns, index=names).astype("float64")


def _compared(estimate: Estimate | None) -> tuple[float, ...]:
    if estimate is None:
        return math.nan, math.nan, math.nan
    low, high = estimate.low, estimate.high
    return estimate.mean, math.nan if low is None else low, math.nan if high is None else high
