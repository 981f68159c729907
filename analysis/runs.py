"""From one row an epoch to one row a run, and to the evaluations at which runs may be compared."""

import json

import pandas as pd

LEDGER_COLUMNS = (
    "range_test_seconds",
    "features_seconds",
    "training_seconds",
    "validation_seconds",
    "waiting_seconds",
    "shared_seconds",
)

_INFO = ["arm", "stage", "run", "seed", "architecture", "recipe", "overall", "config"]


def run_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return one row a run, indexed by `run`.

    Beside what names the run: `status` (of its last record), `num_epochs`, `body_passes`, `cost_seconds`
    at its end, the ledger's sums, `objective` (validation, at the last judged epoch), `final_val`,
    `final_test` and `peak_lr`. Final values belong to finished runs only: a run that diverged or failed
    has none (NaN), rather than its last good one.
    """
    ordered = records.sort_values(["run", "epoch"])
    last = ordered.drop_duplicates("run", keep="last").set_index("run", drop=False)
    grouped = ordered.groupby("run")
    runs = last[_INFO].copy()
    runs["status"] = last["status"]
    runs["num_epochs"] = last["epoch"]
    runs["body_passes"] = grouped["body_passes"].sum()
    runs["cost_seconds"] = last["cost_seconds"]
    for column in LEDGER_COLUMNS:
        runs[column] = grouped[column].sum()
    finished = last["status"] == "finished"
    runs["objective"] = last["objective"]
    runs["final_val"] = last["objective"].where(finished)
    runs["final_test"] = last["test_objective"].where(finished)
    runs["peak_lr"] = _peak_rates(ordered)
    return runs.sort_index().rename_axis(None)


def judged_evaluations(records: pd.DataFrame) -> pd.DataFrame:
    """Return the evaluations at which runs may be compared, in order.

    Columns: `run`, `epochs`, `body_passes`, `seconds` (all counted from the run's start) and `value`,
    the validation objective; NaN where the judged epoch measured none.
    """
    ordered = records.sort_values(["run", "epoch"])
    table = pd.DataFrame(
        {
            "run": ordered["run"],
            "epochs": ordered["epoch"],
            "body_passes": ordered.groupby("run")["body_passes"].cumsum(),
            "seconds": ordered["cost_seconds"],
            "value": ordered["val_objective"],
        }
    )
    return table[ordered["judged"].astype(bool)].reset_index(drop=True)


def _peak_rates(ordered: pd.DataFrame) -> pd.Series:
    """Return, by run, the highest rate of any group in the run's last phase; NaN where none is known."""
    last_phase = ordered.groupby("run")["phase"].transform("last")
    in_last = ordered[ordered["phase"] == last_phase]
    highest = in_last["rates"].map(_highest).astype("float64")
    return highest.groupby(in_last["run"]).max()


def _highest(rates: str) -> float:
    values = json.loads(rates).values()
    return max(values) if values else float("nan")
