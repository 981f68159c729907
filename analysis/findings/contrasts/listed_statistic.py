"""Statistics of paired runs that the report lists without a verdict: their protocol, and their values."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from analysis.findings.pairs import Pairing, paired_values
from analysis.findings.searches import mean_difference
from analysis.loading.study_data import StudyData
from analysis.statistics.estimate import Estimate

SECTIONS = ("differences", "equal_budgets")
"""The sections of the report that list statistics, each in a table with a row for every contrast."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a statistic comes to in one pairing.

    Attributes:
        estimate: Arm minus reference, with its interval; None where no pair has a value in both runs.
        num_pairs: Pairs that it is asked of.
        num_missing: Those of them that have none.
    """

    estimate: Estimate | None
    num_pairs: int
    num_missing: int


class ListedStatistic(Protocol):
    """What a statistic declares."""

    @property
    def name(self) -> str:
        """Its `measure` in summary.csv."""

    @property
    def title(self) -> str:
        """What stands above its column in the report and in the terminal."""

    @property
    def unit(self) -> str:
        """Of the estimate, written behind the title; empty for a fraction in [0, 1]."""

    @property
    def section(self) -> str:
        """Where it stands, one of SECTIONS."""

    def measure(self, data: StudyData, pairing: Pairing, /) -> Measured | None:
        """Return the difference of the pairing's two arms; None where it cannot be asked for."""


def difference_of(values: pd.Series, pairing: Pairing, data: StudyData) -> Measured:
    """Return the mean paired difference of one value a run, with its interval over seeds (or searches).

    As in every difference of the report, pairs of which a run collapsed are left out, and counted as missing.

    Args:
        values: Indexed by run; NaN or absent where there is none.
        pairing: The pairs.
        data: The study.
    """
    collapsed = set(data.runs.index[data.runs["collapsed"]])
    paired = paired_values(
        pairing, values.mask(np.array([run in collapsed for run in values.index], dtype=bool))
    )
    return Measured(
        estimate=mean_difference(paired["arm"] - paired["reference"], pairing.pairs, data),
        num_pairs=len(pairing.pairs),
        num_missing=len(pairing.pairs) - len(paired),
    )
