"""Tables of runs and of their evaluations, derived from one row an epoch."""

from collections.abc import Mapping

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
    trained = records["num_steps"] > 0
    last = records.drop_duplicates("run", keep="last").set_index("run", drop=False)
    grouped = records.groupby("run")
    sums = grouped[["body_passes", *LEDGER_COLUMNS]].sum()
    finished = last["status"] == "finished"
    runs = last[[*_INFO, "status"]].assign(
        num_epochs=trained.groupby(records["run"]).sum(),
        body_passes=sums["body_passes"],
        cost_seconds=last["cost_seconds"],
        **sums[list(LEDGER_COLUMNS)],
        objective=grouped["objective"].last(),
        final_val=last["objective"].where(finished),
        final_test=last["test_objective"].where(finished),
        **last[list(FINAL_COLUMNS)].where(finished),
        **{column: last[column].where(finished, None) for column in FINAL_PARTS},
        peak_lr=_peak_rates(records[trained]),
    )
    return runs.sort_index().rename_axis(None)


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


def _peak_rates(trained: pd.DataFrame) -> pd.Series:
    """Return, by run, the highest rate of any group in the run's last phase; NaN where none is known."""
    of_epoch = trained[["run", "phase", "rates"]]
    last_phase = of_epoch.groupby("run")["phase"].transform("last")
    in_last = of_epoch[of_epoch["phase"] == last_phase]
    highest = in_last["rates"].map(_highest).astype("float64")
    return highest.groupby(in_last["run"]).max()


def _highest(rates: Mapping[str, float]) -> float:
    return max(rates.values(), default=float("nan"))
