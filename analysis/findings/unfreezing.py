"""The effect of unfreezing at first: validation accuracy just before it, and one epoch later."""

import pandas as pd

from analysis.loading.study_data import StudyData


def unfreezing_events(records: pd.DataFrame) -> pd.DataFrame:
    """Return one row each time that a run unfroze groups, in the order of its epochs.

    Columns: `arm`, `stage`, `run`, `overall`, `epoch` and `phase` in which it was, and the validation
    accuracy `before` and `after`, at the end of that epoch; NaN where the run diverged in it.
    """
    events = records[records["val_accuracy_before_unfreezing"].notna()].sort_values(["run", "epoch"])
    names = {"val_accuracy_before_unfreezing": "before", "val_accuracy": "after"}
    columns = ["arm", "stage", "run", "overall", "epoch", "phase", *names]
    return events[columns].rename(columns=names).reset_index(drop=True)


def unfreezing_table(data: StudyData) -> pd.DataFrame:
    """Return one row for each arm and phase that begins with unfreezing, means over its runs.

    The runs are the confirmation runs of the arm's overall winner; of an arm without any that unfroze, those
    of its search.

    Columns: `arm`, `stage`, `phase`, `num_runs` with both values, mean `before`, `after` and `change`.
    """
    measured = unfreezing_events(data.records).dropna(subset=["before", "after"])
    chosen = [_of_arm(measured[measured["arm"] == arm]) for arm in data.settings.arms]
    rows = pd.concat(chosen) if chosen else measured
    grouped = rows.assign(change=rows["after"] - rows["before"]).groupby(
        ["arm", "stage", "phase"], sort=False
    )
    table = grouped[["before", "after", "change"]].mean()
    table.insert(0, "num_runs", grouped.size())
    return table.reset_index()


def _of_arm(events: pd.DataFrame) -> pd.DataFrame:
    confirmed = events[(events["stage"] == "confirm") & events["overall"].astype(bool)]
    return confirmed if len(confirmed) else events[events["stage"] == "search"]
