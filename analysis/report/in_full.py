"""The comparison in full, as plain text: everything that the report says in words and in its main tables."""

import textwrap
from collections.abc import Iterable

from analysis.comparison import Comparison
from analysis.findings.contrasts.equal_budget import TOLERANCE
from analysis.tables.confirmation_tables import arms_table, differences_table
from analysis.tables.detail_tables import brief_ways_table
from analysis.tables.ledger_tables import used_table
from analysis.tables.overview import has_many_arms, overview_sentences, overview_table
from analysis.tables.statistics_table import statistics_table
from analysis.tables.table import Table
from analysis.wording import number_format as fmt
from analysis.wording.conditions import brief_conditions
from analysis.wording.configurations import (
    compared_sentence,
    overview_sentence,
    spread_sentences,
    winner_sentences,
)
from analysis.wording.contrasts import brief

WIDTH = 100


def full_text(comparison: Comparison) -> str:
    """Return the answer, its limits and the main tables, wrapped at 100 columns; the report has the rest besides."""
    parts = [
        *(textwrap.fill(paragraph, WIDTH) for paragraph in _answer(comparison)),
        _overview(comparison),
        _listed("Before it was extended", comparison.before),
        _conditions(comparison),
        _listed("Beware", comparison.notes),
        _listed(
            "Data",
            [
                textwrap.shorten(note, 4 * WIDTH, placeholder=" \N{HORIZONTAL ELLIPSIS}")
                for note in comparison.data.metadata.data_notes
            ],
        ),
        _equal_budgets(comparison),
        _table("Confirmation", arms_table(comparison), num_labels=2),
        _listed("Confirmed configurations", winner_sentences(comparison.data)),
        _listed("How far the searches' winners lie apart, test", spread_sentences(comparison.found)),
        _differences(comparison),
        _table(
            "Other differences, paired t over seeds, one by one and without a verdict",
            statistics_table(comparison, "differences"),
            num_labels=1,
        ),
        _table(
            "Other ways of predicting, test, differences to the last model",
            brief_ways_table(comparison),
            num_labels=1,
        ),
        _table("Used", used_table(comparison), num_labels=1),
        _overhead(comparison),
        "The search's results, figures and full tables: report.html",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _answer(comparison: Comparison) -> tuple[str, ...]:
    """Return one short paragraph a contrast, a few on all where there are many arms, or why there is none."""
    if comparison.data.runs.empty or not comparison.contrasts:
        return comparison.answer
    if has_many_arms(comparison):
        return (*overview_sentences(comparison), overview_sentence(comparison.data))
    objective = comparison.data.settings.objective
    data = comparison.data
    return tuple(
        brief(each, objective=objective, compared=compared_sentence(each, data))
        for each in comparison.contrasts
    )


def _overview(comparison: Comparison) -> str:
    """Return the table that stands for the paragraphs of many arms."""
    if not has_many_arms(comparison):
        return ""
    level = fmt.level(comparison.data.settings.confidence)
    judged = at_looks(comparison)
    differences = "" if judged == level else f" ({judged}: differences and ratios)"
    title = f"Each arm, with {level}{differences} intervals that are not adjusted, as the verdicts are"
    return _table(title, overview_table(comparison), num_labels=1)


def at_looks(comparison: Comparison) -> str:
    """Return the levels of the intervals of differences and ratios, which follow from the looks at each arm."""
    alpha = 1 - comparison.data.settings.confidence
    levels = sorted({1 - each.looks.level(alpha) for each in comparison.contrasts})
    return " to ".join(dict.fromkeys(fmt.level(each) for each in (levels[0], levels[-1])))


def _differences(comparison: Comparison) -> str:
    """Return the differences in the end, where no table above has them already."""
    if has_many_arms(comparison):
        return ""
    return _table("Differences in the end", differences_table(comparison), num_labels=1)


def _equal_budgets(comparison: Comparison) -> str:
    title = f"Equal budgets (to within {fmt.percent(TOLERANCE)}), paired t over seeds, one by one and without a verdict"
    table = _table(title, statistics_table(comparison, "equal_budgets"), num_labels=1)
    return "\n\n".join(part for part in (_listed("Beware", comparison.equal_budgets), table) if part)


def _conditions(comparison: Comparison) -> str:
    """Return what the answer holds for; nothing before a confirmation gives one."""
    if comparison.confirmations.empty:
        return ""
    return textwrap.fill(brief_conditions(comparison.data), WIDTH)


def _listed(title: str, items: Iterable[str]) -> str:
    lines = [textwrap.fill(item, WIDTH, initial_indent="- ", subsequent_indent="  ") for item in items]
    return "\n".join([f"{title}:", *lines]) if lines else ""


def _table(title: str, table: Table, *, num_labels: int) -> str:
    """Return a table with its first columns, the labels, to the left and the numbers to the right."""
    if not table.rows:
        return ""
    cells = [table.header, *table.rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(table.header))]
    lines = ["  ".join(_aligned(row, widths, num_labels)).rstrip() for row in cells]
    return "\n".join([f"{title}:", *(f"  {line}" for line in lines)])


def _aligned(row: tuple[str, ...], widths: list[int], num_labels: int) -> list[str]:
    return [
        cell.ljust(width) if column < num_labels else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def _overhead(comparison: Comparison) -> str:
    table = comparison.overhead
    if table.empty:
        return ""
    shares = zip(table["stage"], table["overhead_fraction"], strict=True)
    listed = ", ".join(f"{stage} {fmt.percent(share)}" for stage, share in shares)
    return textwrap.fill(
        f"Overhead, the share of concurrent trials \N{MULTIPLICATION SIGN} wall time in which no run worked: {listed}.",
        WIDTH,
    )
