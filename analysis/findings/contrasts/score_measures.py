"""Differences in measures of scores that are not the study's objective: of AUROC, where runs recorded it."""

from dataclasses import dataclass

from analysis.findings.contrasts.listed_statistic import ListedStatistic, Measured, difference_of
from analysis.findings.details import measure_of_runs
from analysis.findings.pairs import Pairing
from analysis.loading.study_data import StudyData


@dataclass(frozen=True, kw_only=True)
class ScoreMeasure:
    """A measure of the test split beside the objective, see `ListedStatistic`.

    Attributes:
        name: Its `measure` in summary.csv.
        title: What stands above its column.
        unit: None: it is a fraction.
        section: Where it stands.
    """

    name: str
    title: str
    unit: str = ""
    section: str = "differences"

    def measure(self, data: StudyData, pairing: Pairing) -> Measured | None:
        """Return the difference; None where the objective is the same, or where no run recorded it."""
        if self.name == f"test_{data.settings.objective}":
            return None
        values = measure_of_runs(data.runs, self.name).dropna()
        return None if values.empty else difference_of(values, pairing, data)


SCORE_MEASURES: tuple[ListedStatistic, ...] = (ScoreMeasure(name="test_auroc", title="test macro AUROC"),)
