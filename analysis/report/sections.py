"""Sections of the report below its first screen: which there are, in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.figures.registry import DrawnFigure


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the report that is folded at first.

    Attributes:
        name: Of its template below `templates/sections`, and of its place in the page.
        title: Its heading.
        gist: What is in it, in a few words.
        tables: Names of its tables; it is left out where neither these nor its figures have anything.
        figures: The section of the figure registry whose figures it shows; empty for none.
        always: Whether it is there without any of these, too.
    """

    name: str
    title: str
    gist: str
    tables: tuple[str, ...] = ()
    figures: str = ""
    always: bool = False


SECTIONS = (
    Section(name="in_full", title="In full", gist="the answer in words, and what it holds for", always=True),
    Section(
        name="confirmation",
        title="Confirmation",
        gist="winners on fresh seeds, learning curves",
        tables=("arms",),
        figures="confirmation",
    ),
    Section(
        name="differences",
        title="Differences in the end",
        gist="intervals of each kind, side by side",
        tables=("differences",),
    ),
    Section(
        name="times",
        title="Time to target",
        gist="how soon each arm gets there",
        tables=("times",),
        figures="times",
    ),
    Section(
        name="budgets", title="Equal budgets", gist="equal epochs, passes and seconds", tables=("spent",)
    ),
    Section(
        name="details",
        title="The confirmed models in detail",
        gist="loss, calibration, classes",
        tables=("details",),
        figures="details",
    ),
    Section(
        name="ways", title="Other ways of predicting", gist="views, ensembles, averages", tables=("ways",)
    ),
    Section(
        name="unfreezing", title="Unfreezing", gist="what it does at first, and then", tables=("unfreezing",)
    ),
    Section(
        name="search",
        title="Search results",
        gist="trials, winners, rates",
        tables=("search",),
        figures="search",
    ),
    Section(
        name="ledger", title="Ledger", gist="where the seconds went", tables=("ledger",), figures="ledger"
    ),
    Section(name="confusions", title="Confusions", gist="what is taken for what", figures="confusions"),
    Section(name="how", title="How it was measured", gist="data, budget, machine, versions", always=True),
)


def sections_of(
    tables: Mapping[str, Any], figures: Mapping[str, Sequence[DrawnFigure]]
) -> tuple[Section, ...]:
    """Return the sections that a study has something for.

    Args:
        tables: By name; one without rows has nothing.
        figures: By the registry's section.
    """
    return tuple(
        section
        for section in SECTIONS
        if section.always
        or any(tables[name].rows for name in section.tables)
        or (section.figures and figures[section.figures])
    )
