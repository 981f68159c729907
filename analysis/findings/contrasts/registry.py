"""Registry of the statistics that the report lists without a verdict: paired differences, each asked by itself.

Today these are the differences at equal budgets and in the AUROC. What has a verdict is in `contrast`: one family
under Holm's adjustment, in which one question more changes the answer to every other. What is said of single runs or
classes is a table of `analysis.comparison`.
"""

from collections.abc import Mapping

from analysis.findings.contrasts.equal_budget import EQUAL_BUDGETS
from analysis.findings.contrasts.listed_statistic import SECTIONS, ListedStatistic, Measured
from analysis.findings.contrasts.score_measures import SCORE_MEASURES
from analysis.findings.pairs import Pairing
from analysis.loading.study_data import StudyData

TAKEN = ("test", "test_seeds_alone", "val")
"""Measures of summary.csv that have a place of their own in the report."""

STATISTICS: tuple[ListedStatistic, ...] = (*EQUAL_BUDGETS, *SCORE_MEASURES)


def measure_listed(data: StudyData, pairing: Pairing) -> Mapping[str, Measured]:
    """Return every listed statistic that can be asked for, by name."""
    names = [each.name for each in STATISTICS]
    assert len({*names, *TAKEN}) == len(names) + len(TAKEN), f"a name stands twice among {names} and {TAKEN}"
    measured = {each.name: each.measure(data, pairing) for each in STATISTICS}
    return {name: found for name, found in measured.items() if found is not None}


def statistics_of(section: str) -> tuple[ListedStatistic, ...]:
    """Return the statistics that a section lists, in their order."""
    for each in STATISTICS:
        assert each.section in SECTIONS, (
            f"statistic {each.name}: section={each.section!r} is none of {SECTIONS}"
        )
    return tuple(each for each in STATISTICS if each.section == section)
