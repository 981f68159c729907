"""Groups of confirmation runs: those of one configuration that an arm's search chose."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.findings.pairs import winners_within


@dataclass(frozen=True, kw_only=True)
class WinnerGroup:
    """The runs of one confirmed configuration, one a seed; of each of an arm's searches, where it has several.

    Attributes:
        arm: Its arm.
        architecture: None for the arm's overall winner, else the network within which it is the arm's best.
        runs: Their rows.
    """

    arm: str
    architecture: str | None
    runs: pd.DataFrame


def winner_groups(confirmed: pd.DataFrame, *, arms: Sequence[str]) -> tuple[WinnerGroup, ...]:
    """Return the groups of confirmation runs: overall winners first, then the others by network, in the order of arms.

    Args:
        confirmed: One row a confirmation run, with `arm`, `architecture`, `overall` and `repeat`.
        arms: Names of the arms, in the order wanted; arms without runs have no group.
    """
    overall = confirmed["overall"].astype(bool)
    candidates = [(None, confirmed[overall])]
    architectures = sorted(set(confirmed["architecture"]))
    if len(architectures) > 1:
        candidates += [(name, _not_overall(winners_within(confirmed, name))) for name in architectures]
    return tuple(
        WinnerGroup(arm=arm, architecture=architecture, runs=runs[runs["arm"] == arm])
        for architecture, runs in candidates
        for arm in arms
        if (runs["arm"] == arm).any()
    )


def _not_overall(runs: pd.DataFrame) -> pd.DataFrame:
    return runs[~runs["overall"].astype(bool)]
