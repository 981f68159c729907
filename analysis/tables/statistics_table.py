"""The tables of statistics that are listed without a verdict, one a section of the report."""

from analysis.comparison import Comparison
from analysis.findings.contrasts.listed_statistic import ListedStatistic, Measured
from analysis.findings.contrasts.registry import statistics_of
from analysis.tables.table import Table, contrast_label
from analysis.wording import number_format as fmt

_ARMS = "arm \N{MINUS SIGN} reference"
_FIRST_CELL = {"equal_budgets": f"{_ARMS}, val"}


def statistics_table(comparison: Comparison, section: str) -> Table:
    """Return a section's statistics, one row a contrast that has any; no verdicts."""
    listed = statistics_of(section)
    names = {each.name for each in listed}
    return Table(
        header=(_FIRST_CELL.get(section, _ARMS), *(_title(each) for each in listed)),
        rows=tuple(
            (contrast_label(contrast), *(_cell(contrast.listed.get(each.name), each) for each in listed))
            for contrast in comparison.contrasts
            if names & contrast.listed.keys()
        ),
    )


def _title(statistic: ListedStatistic) -> str:
    return f"{statistic.title} ({statistic.unit})" if statistic.unit else statistic.title


def _cell(measured: Measured | None, statistic: ListedStatistic) -> str:
    if measured is None:
        return fmt.MISSING
    if measured.estimate is None:
        return "no pair"
    mean, ends = measured.estimate.mean, (measured.estimate.low, measured.estimate.high)
    text = fmt.in_unit(mean, ends) if statistic.unit else fmt.plus_minus(mean, ends, fmt.difference)
    left = measured.num_pairs - measured.num_missing
    return f"{text} ({left}/{measured.num_pairs})" if measured.num_missing else text
