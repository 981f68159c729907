"""Winner's curse: an arm's winner in the search, in the selection, and on fresh seeds."""

from collections.abc import Mapping

import pandas as pd

from analysis.findings.configurations import trial_of
from analysis.loading.study_data import StudyData
from analysis.statistics.paired import paired_t

COLUMNS = (
    "arm",
    "repeat",
    "trial",
    "search_value",
    "selection_mean",
    "num_selection",
    "val_mean",
    "val_low",
    "val_high",
    "test_mean",
    "test_low",
    "test_high",
    "num_confirmed",
    "num_lost",
)


def winners_curse_table(data: StudyData) -> pd.DataFrame:
    """Return one row for each search's confirmed winner.

    The search's value is the best of many and so flattered; the selection's mean is the best of a few; the confirmed
    ones are flattered by nothing but, on validation, by the images that all of them were chosen by. Confirmed means and
    their t intervals are of the runs that finished, those that collapsed left out and counted with the others in
    `num_lost`.
    """
    runs = data.runs
    confirmed = runs[
        (runs["stage"] == "confirm") & runs["overall"].astype(bool) & (runs["status"] != "running")
    ]
    rows = [
        _row(data, of_search)
        for arm in data.settings.arms
        for _, of_search in confirmed[confirmed["arm"] == arm].groupby("repeat")
    ]
    return pd.DataFrame([row for row in rows if row is not None], columns=list(COLUMNS))


def _row(data: StudyData, confirmed: pd.DataFrame) -> dict[str, object] | None:
    first, runs = confirmed.iloc[0], data.runs
    trial = trial_of(data, first)
    if trial not in runs.index:
        return None
    again = runs[(runs["stage"] == "selection") & (runs["arm"] == first["arm"])]
    own = _apart_from_seed(runs.loc[trial].to_dict()["config"])
    same = again["config"].map(lambda each: _apart_from_seed(each) == own).astype(bool)
    selected = again.loc[same & (again["repeat"] == first["repeat"]), "objective"].dropna()
    trained = confirmed[(confirmed["status"] == "finished") & ~confirmed["collapsed"].astype(bool)]
    return {
        "arm": first["arm"],
        "repeat": int(first["repeat"]),
        "trial": trial,
        "search_value": runs.loc[trial, "objective"],
        "selection_mean": selected.mean(),
        "num_selection": len(selected),
        **_mean("val", trained["final_val"], data),
        **_mean("test", trained["final_test"], data),
        "num_confirmed": len(confirmed),
        "num_lost": len(confirmed) - len(trained),
    }


def _mean(name: str, values: pd.Series, data: StudyData) -> dict[str, object]:
    estimate = paired_t(values.dropna().tolist(), confidence=data.settings.confidence)
    ends = (None, None) if estimate is None else (estimate.low, estimate.high)
    return {
        f"{name}_mean": None if estimate is None else estimate.mean,
        f"{name}_low": ends[0],
        f"{name}_high": ends[1],
    }


def _apart_from_seed(config: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in config.items() if key != "seed"}
