"""What each of an arm's independent searches found, and how far what they found lies apart."""

import pandas as pd

from analysis.findings.compared import searched_settings, trial_of
from analysis.findings.searches import has_several
from analysis.loading.study_data import Evidence
from analysis.wording import number_format as fmt

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


def found_table(evidence: Evidence) -> pd.DataFrame:
    """Return one row for each search's overall winner; no rows where every arm was searched once.

    Means are of the winner's confirmation runs that finished, `test_sd` is their standard deviation over seeds, and
    `search_seconds` what its search and selection cost.
    """
    runs = evidence.runs
    confirmed = runs[(runs["stage"] == "confirm") & runs["overall"].astype(bool)]
    rows = []
    for arm in evidence.settings.arms if has_several(evidence) else ():
        for repeat, of_search in confirmed[confirmed["arm"] == arm].groupby("repeat"):
            rows.append(_row(evidence, arm, int(str(repeat)), of_search))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def spread_sentences(found: pd.DataFrame) -> tuple[str, ...]:
    """Return, arm by arm, how far the searches' winners lie apart on the test split, beside seeds of one winner."""
    sentences = []
    for arm, of_arm in found.groupby("arm", sort=False):
        means = of_arm["test_mean"].dropna()
        if len(means) < 2:
            continue
        within = float((of_arm["test_sd"].dropna() ** 2).mean() ** 0.5)
        beside = (
            "" if fmt.is_missing(within) else f", beside {fmt.fraction(within)} between seeds of one winner"
        )
        sentences.append(
            f"{arm}: the winners of {len(means)} searches reached {fmt.fraction(means.min())} to "
            f"{fmt.fraction(means.max())} (standard deviation {fmt.fraction(means.std(ddof=1))}{beside})"
        )
    return tuple(sentences)


def _row(evidence: Evidence, arm: str, repeat: int, confirmed: pd.DataFrame) -> tuple[object, ...]:
    runs = evidence.runs
    own = (runs["arm"] == arm) & (runs["repeat"] == repeat) & runs["stage"].isin(["search", "selection"])
    finished = confirmed[confirmed["status"] == "finished"]
    return (
        arm,
        repeat,
        confirmed.iloc[0]["architecture"],
        trial_of(evidence, confirmed.iloc[0]),
        searched_settings(evidence, arm, confirmed),
        len(finished),
        len(confirmed),
        finished["final_val"].mean(),
        finished["final_test"].mean(),
        finished["final_test"].std(ddof=1),
        runs.loc[own, "cost_seconds"].sum(),
    )
