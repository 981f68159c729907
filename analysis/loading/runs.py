"""Tables of runs and of their evaluations, derived from one row an epoch."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

LEDGER_COLUMNS = (
    "range_test_seconds",
    "features_seconds",
    "training_seconds",
    "validation_seconds",
    "waiting_seconds",
    "shared_seconds",
)

FINAL_COLUMNS = (
    "test_accuracy",
    "test_balanced_accuracy",
    "test_macro_f1",
    "test_loss",
    "test_calibration_error",
)
FINAL_PARTS = ("test_recalls", "test_measures", "test_by_class", "further")
"""What the last record of a finished run holds beside the objective, as recorded: numbers, and what has parts."""

_INFO = ["arm", "stage", "run", "seed", "architecture", "recipe", "overall", "config", "repeat"]


def run_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return one row a run, indexed by `run`, of records in the order of runs and their epochs.

    Beside what names the run: `status` (of its last record), `num_epochs` that it completed, `body_passes`,
    `cost_seconds` at its end, the ledger's sums, `objective` (validation, at the last judged epoch),
    `final_val`, `final_test`, FINAL_COLUMNS, FINAL_PARTS and `peak_lr`. Final values belong to finished runs only,
    and are those of the run's own last record, however many epochs it has: a run that diverged or failed has none
    (NaN, None for what has parts), rather than its last good one. A run that ended within an epoch has a
    last record without optimizer steps, which is not counted as an epoch.
    """
    last = records.drop_duplicates("run", keep="last")
    grouped = records.groupby("run", sort=False)
    sums = grouped[["body_passes", *LEDGER_COLUMNS]].sum()
    assert len(sums) == len(last)
    finished = last["status"].to_numpy() == "finished"
    trained = records[records["num_steps"] > 0]
    num_epochs, peaks = trained["run"].value_counts(sort=False).to_dict(), _peak_rates(trained)
    columns = {
        **{name: last[name].array for name in (*_INFO, "status")},
        "num_epochs": np.array([num_epochs.get(run, 0) for run in last["run"]], dtype="int64"),
        "body_passes": sums["body_passes"].array,
        "cost_seconds": last["cost_seconds"].array,
        **{name: sums[name].array for name in LEDGER_COLUMNS},
        "objective": grouped["objective"].last().array,
        "final_val": np.where(finished, last["objective"], np.nan),
        "final_test": np.where(finished, last["test_objective"], np.nan),
        **{name: np.where(finished, last[name], np.nan) for name in FINAL_COLUMNS},
        **{name: last[name].where(finished, None).array for name in FINAL_PARTS},
        "peak_lr": np.array([peaks.get(run, np.nan) for run in last["run"]], dtype="float64"),
    }
    return pd.DataFrame(columns, index=last["run"].array).sort_index()


def evaluation_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return the evaluations that runs are compared at, in the records' order: every epoch with a `val_objective`.

    That is one cadence for all arms. The judged epochs, at which the search and its trial schedulers
    compare, are none: arms end their cycles at different epochs, and some only at the end of the run.

    Columns: `run`, `epochs`, `body_passes`, `seconds` (all counted from the run's start), `value`, the
    validation objective, and `judged`.
    """
    table = pd.DataFrame(
        {
            "run": records["run"],
            "epochs": records["epoch"],
            "body_passes": records.groupby("run")["body_passes"].cumsum(),
            "seconds": records["cost_seconds"],
            "value": records["val_objective"],
            "judged": records["judged"],
        }
    )
    return table.dropna(subset=["value"]).reset_index(drop=True)


def _peak_rates(trained: pd.DataFrame) -> dict[str, float]:
    """Return, by run, the highest rate of any group in the run's last phase; NaN where none is known."""
    last_phase = dict(zip(trained["run"], trained["phase"], strict=True))
    peaks: dict[str, float] = {}
    for run, phase, rates in zip(trained["run"], trained["phase"], trained["rates"], strict=True):
        if phase == last_phase[run]:
            peaks[run] = np.fmax(peaks.get(run, np.nan), _highest(rates))
    return peaks


def _highest(rates: Mapping[str, float]) -> float:
    return max(rates.values(), default=float("nan"))
