"""Summary of each arm's confirmation."""

import pandas as pd

from analysis.findings.searches import run_mean
from analysis.findings.winner_groups import winner_groups
from analysis.loading.study_data import StudyData

MIN_SEEDS = 3
"""With fewer, the t interval of one arm's mean is mostly wider than a fraction can vary, and is left out."""


def confirmation_runs(data: StudyData) -> pd.DataFrame:
    """Return one row a confirmation run, also of one that has not ended."""
    columns = [
        "arm",
        "run",
        "repeat",
        "split",
        "seed",
        "architecture",
        "overall",
        "status",
        "num_epochs",
        "body_passes",
    ]
    values = ["cost_seconds", "final_val", "final_test", "collapsed", "config"]
    runs = data.runs
    return runs.loc[runs["stage"] == "confirm", columns + values].reset_index(drop=True)


def arm_summary(data: StudyData) -> pd.DataFrame:
    """Return one row for each arm's overall winner, and one for its best within each other architecture.

    The means, and the t interval over seeds of the test objective, are of the runs that trained; how many
    did not finish, or collapsed, is beside them. With under MIN_SEEDS of them there is no interval. `architecture` is
    None in the rows of the overall winners. Where arms were searched several times, the interval is over the searches'
    means, and the winners' networks are all named; where they were confirmed on several splits, over the splits' means.
    """
    groups = winner_groups(confirmation_runs(data), arms=data.settings.arms)
    rows = [_row(data, group.arm, group.architecture, group.runs) for group in groups]
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = [
    "arm",
    "architecture",
    "winner_architecture",
    "num_runs",
    "num_finished",
    "num_diverged",
    "num_out_of_memory",
    "num_failed",
    "num_collapsed",
    "num_measured",
    "test_mean",
    "test_low",
    "test_high",
    "test_sd",
    "val_mean",
    "cost_seconds_mean",
    "body_passes_mean",
]


def _row(data: StudyData, arm: str, architecture: str | None, runs: pd.DataFrame) -> dict[str, object]:
    finished = runs[runs["status"] == "finished"]
    collapsed = finished["collapsed"].astype(bool)
    trained = finished[~collapsed]
    test = trained["final_test"].dropna()
    estimate = run_mean(test, runs, data, least=MIN_SEEDS)
    counts = runs["status"].value_counts()
    return {
        "arm": arm,
        "architecture": architecture,
        "winner_architecture": ", ".join(dict.fromkeys(runs["architecture"])),
        "num_runs": len(runs),
        "num_finished": len(finished),
        "num_diverged": int(counts.get("diverged", 0)),
        "num_out_of_memory": int(counts.get("out_of_memory", 0)),
        "num_failed": int(counts.get("failed", 0)),
        "num_collapsed": int(collapsed.sum()),
        "num_measured": len(test),
        "test_mean": test.mean(),
        "test_low": None if estimate is None else estimate.low,
        "test_high": None if estimate is None else estimate.high,
        "test_sd": test.std(ddof=1),
        "val_mean": trained["final_val"].mean(),
        "cost_seconds_mean": finished["cost_seconds"].mean(),
        "body_passes_mean": finished["body_passes"].mean(),
    }
