"""The winners of an arm's independent searches, one a row."""

import pandas as pd

from analysis.findings.configurations import searched_settings, trial_of
from analysis.findings.searches import has_several
from analysis.loading.study_data import StudyData

COLUMNS = (
    "arm",
    "repeat",
    "architecture",
    "trial",
    "settings",
    "num_finished",
    "num_runs",
    "val_mean",
    "test_mean",
    "test_sd",
    "search_seconds",
)


def found_table(data: StudyData) -> pd.DataFrame:
    """Return one row for each search's overall winner; no rows where every arm was searched once.

    Means are of the winner's confirmation runs that finished, `test_sd` is their standard deviation over seeds, and
    `search_seconds` what its search and selection cost.
    """
    runs = data.runs
    confirmed = runs[(runs["stage"] == "confirm") & runs["overall"].astype(bool)]
    rows = []
    for arm in data.settings.arms if has_several(data) else ():
        for repeat, of_search in confirmed[confirmed["arm"] == arm].groupby("repeat"):
            rows.append(_row(data, arm, int(str(repeat)), of_search))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(data: StudyData, arm: str, repeat: int, confirmed: pd.DataFrame) -> tuple[object, ...]:
    runs = data.runs
    own = (runs["arm"] == arm) & (runs["repeat"] == repeat) & runs["stage"].isin(["search", "selection"])
    finished = confirmed[confirmed["status"] == "finished"]
    return (
        arm,
        repeat,
        confirmed.iloc[0]["architecture"],
        trial_of(data, confirmed.iloc[0]),
        searched_settings(data, arm, confirmed),
        len(finished),
        len(confirmed),
        finished["final_val"].mean(),
        finished["final_test"].mean(),
        finished["final_test"].std(ddof=1),
        runs.loc[own, "cost_seconds"].sum(),
    )
