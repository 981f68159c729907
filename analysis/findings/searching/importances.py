"""Importance of an arm's searched settings, with its uncertainty."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.findings.searching.outlook import Outlook
from analysis.statistics.searching.importance import forest_importances

MIN_TRIALS = 10
"""Trials with a value from which on shares are shown: with fewer they are those of chance, see docs/evidence.md."""

NUM_POINTS = 512
"""Pairs of points that effects are taken from."""

COLUMNS = ("arm", "repeat", "num_trials", "setting", "share", "low", "high")


def importance_table(found: Iterable[Outlook], *, confidence: float) -> pd.DataFrame:
    """Return one row a search and setting, of searches that varied several and have trials enough."""
    tables = [_of_search(each, confidence) for each in found if may_tell(each)]
    rows = [table for table in tables if len(table)]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(COLUMNS))


def may_tell(outlook: Outlook) -> bool:
    """Return whether a search varied several settings and has trials enough to tell them apart."""
    search = outlook.search
    return len(search.space.axes) > 1 and search.num_valued >= MIN_TRIALS


def _of_search(outlook: Outlook, confidence: float) -> pd.DataFrame:
    search = outlook.search
    known = np.isfinite(search.trials.values)
    values = np.maximum(search.trials.values[known], search.floor)
    generator = np.random.default_rng(search.num_valued)
    left, right = (search.space.everywhere(NUM_POINTS, generator) for _ in range(2))
    found = forest_importances(
        search.trials.points[known], values, space=(left, right), confidence=confidence
    )
    if found is None:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.DataFrame(
        {"setting": search.space.names, "share": found.shares, "low": found.low, "high": found.high}
    )
    named = table.assign(arm=search.arm, repeat=search.repeat, num_trials=search.num_valued)
    return named[list(COLUMNS)].sort_values("share", ascending=False, kind="stable").reset_index(drop=True)
