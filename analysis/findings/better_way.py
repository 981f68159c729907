"""A way of predicting that is better than the last network alone, by the validation split alone."""

from dataclasses import dataclass

import pandas as pd

from analysis.findings.details import confirmed_runs
from analysis.findings.inference_variants import LAST, WAYS
from analysis.findings.searches import run_mean
from analysis.findings.winner_groups import winner_groups
from analysis.loading.study_data import StudyData


@dataclass(frozen=True, kw_only=True)
class Better:
    """A way and by how much it is better, over the confirmation runs of an arm's winner.

    Attributes:
        way: Of `WAYS`.
        difference: Mean of its validation objective less the last network's.
        low: Lower end of the interval, above 0.
        high: Upper end.
        num_runs: Runs that have the way.
    """

    way: str
    difference: float
    low: float
    high: float
    num_runs: int


def better_way(data: StudyData, arm: str) -> Better | None:
    """Return the way with the greatest mean among those whose interval lies above 0; None where there is none."""
    groups = winner_groups(confirmed_runs(data), arms=(arm,))
    runs = [group.runs for group in groups if group.architecture is None]
    found = [each for way in WAYS if way != LAST and runs if (each := _judged(data, runs[0], way))]
    return max(found, key=lambda each: each.difference, default=None)


def _judged(data: StudyData, runs: pd.DataFrame, way: str) -> Better | None:
    key = f"val/{way}/objective"
    values = runs["further"].map(lambda found: (found or {}).get(key)).astype("float64")
    differences = (values - runs["final_val"]).dropna()
    estimate = run_mean(differences, runs, data, least=2)
    if estimate is None or estimate.low is None or estimate.high is None or not estimate.low > 0:
        return None
    return Better(
        way=way,
        difference=estimate.mean,
        low=estimate.low,
        high=estimate.high,
        num_runs=len(differences),
    )
