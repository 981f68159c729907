"""The comparison as plain text for the terminal."""

import textwrap
from collections.abc import Iterable

from analysis.comparison import Comparison
from analysis.tables import Table, arms_table, differences_table, overhead_table, search_table, spent_table

WIDTH = 100


def format_comparison(comparison: Comparison) -> str:
    """Return the answer, its limits and the main tables, wrapped at 100 columns."""
    parts = [
        _paragraphs(comparison.answer),
        _listed("Holds for", comparison.conditions[:3]),
        _listed("Beware", comparison.notes),
        _listed("Equal budgets", comparison.equal_budgets),
        _table("Confirmation", arms_table(comparison)),
        _table("Differences in the end", differences_table(comparison))
        if len(comparison.contrasts) > 1
        else "",
        _table("Search (validation; flattered by the choice of the best)", search_table(comparison)),
        _table("Used", spent_table(comparison)),
        _table("Overhead", overhead_table(comparison)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _paragraphs(sentences: Iterable[str]) -> str:
    return "\n\n".join(textwrap.fill(sentence, WIDTH) for sentence in sentences)


def _listed(title: str, items: Iterable[str]) -> str:
    lines = [textwrap.fill(item, WIDTH, initial_indent="- ", subsequent_indent="  ") for item in items]
    return "\n".join([f"{title}:", *lines]) if lines else ""


def _table(title: str, table: Table) -> str:
    if not table.rows:
        return ""
    cells = [table.header, *table.rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(table.header))]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in cells]
    return "\n".join([f"{title}:", *(f"  {line}" for line in lines)])


def _aligned(row: tuple[str, ...], widths: list[int]) -> list[str]:
    """Return the cells padded: the two label columns to the left, numbers to the right."""
    return [
        cell.ljust(width) if column < 2 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
