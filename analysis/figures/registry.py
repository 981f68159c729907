"""Registry of the report's figures, and the protocol that each follows."""

from dataclasses import dataclass
from typing import Protocol

import pandas as pd
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures import (
    confusion,
    differences,
    final_test,
    learning_curves,
    ledger,
    rates,
    recalls,
    search,
    speed_up,
)
from analysis.figures.searching import (
    importances,
    ladder,
    response_lines,
    response_planes,
    tuning_curves,
    winners_curse,
)

SECTIONS = ("answer", "confirmation", "details", "times", "search", "ledger", "confusions")
"""The sections of the report that have figures, see its template."""


class ReportFigure(Protocol):
    """What a figure declares, as a module with these names or as an object.

    Attributes:
        name: Its file's name, without the ending.
        section: Where it stands, one of SECTIONS; in the order of FIGURES.
    """

    name: str
    section: str

    def title(self, comparison: Comparison, /) -> str:
        """Return what stands above it."""

    def caption(self, comparison: Comparison, /) -> str:
        """Return what is to be seen, and how it is drawn."""

    def alt(self, table: pd.DataFrame, comparison: Comparison, /) -> str:
        """Return the picture in words, for those who do not see it: its table's main numbers."""

    def table(self, comparison: Comparison, /) -> pd.DataFrame:
        """Return the numbers that it shows; without rows it is not drawn."""

    def draw(self, table: pd.DataFrame, comparison: Comparison, /) -> Figure:
        """Draw its table."""


FIGURES: tuple[ReportFigure, ...] = (
    differences,
    final_test,
    ladder,
    learning_curves,
    recalls,
    speed_up,
    search,
    tuning_curves,
    winners_curse,
    importances,
    response_lines,
    response_planes,
    rates,
    ledger,
    confusion,
)


@dataclass(frozen=True, kw_only=True)
class DrawnFigure:
    """A figure of one report, see `ReportFigure`."""

    name: str
    section: str
    title: str
    caption: str
    table: pd.DataFrame
    alt: str
    figure: Figure


def draw_figures(comparison: Comparison) -> tuple[DrawnFigure, ...]:
    """Draw every figure that the study has the numbers for."""
    tables = [(each, each.table(comparison)) for each in FIGURES]
    return tuple(_draw(each, table, comparison) for each, table in tables if len(table))


def _draw(each: ReportFigure, table: pd.DataFrame, comparison: Comparison) -> DrawnFigure:
    assert each.section in SECTIONS, f"figure {each.name}: section={each.section!r} is not one of {SECTIONS}"
    return DrawnFigure(
        name=each.name,
        section=each.section,
        title=each.title(comparison),
        caption=each.caption(comparison),
        table=table,
        alt=each.alt(table, comparison),
        figure=each.draw(table, comparison),
    )
