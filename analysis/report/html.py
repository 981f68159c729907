"""Write the report: one HTML file that needs nothing else, figures, tables and the winner's study file beside it."""

import base64
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis.comparison import Comparison
from analysis.figures import differences, learning_curves
from analysis.figures.registry import SECTIONS, DrawnFigure, draw_figures
from analysis.findings.contrasts.equal_budget import TOLERANCE
from analysis.findings.contrasts.listed_statistic import SECTIONS as SECTIONS_OF_STATISTICS
from analysis.page_templates import page_templates
from analysis.report import first_screen
from analysis.report.in_full import at_looks
from analysis.report.interactive_curves import curves_json
from analysis.report.sections import sections_of
from analysis.report.themed_svg import themed_svg
from analysis.tables import (
    confirmation_tables,
    decision_table,
    detail_tables,
    ledger_tables,
    search_tables,
    searching_tables,
)
from analysis.tables.csv_tables import csv_tables, to_csv
from analysis.tables.overview import has_many_arms, overview_sentences, overview_table
from analysis.tables.statistics_table import statistics_table
from analysis.wording import number_format as fmt
from analysis.wording.configurations import overview_sentence, spread_sentences, winner_sentences
from analysis.wording.noninferiority import noninferiority_sentence

MAX_INLINE_BYTES = 60_000
"""A figure's numbers are part of the page up to this size; longer ones lie beside its picture."""
MAX_SVG_CHARACTERS = 250_000
"""A figure of more parts than this stands in the page as pixels, so that the page stays small."""


@dataclass(frozen=True, kw_only=True)
class ReportFiles:
    """What was written.

    Attributes:
        html: The report; opens offline, and without JavaScript but for sorting and the curves that answer a pointer.
        figures: Its figures, as PNG.
        tables: Its numbers, as CSV.
        figure_data: The numbers of those figures that have too many for the page, as CSV.
        winner: The study file of the configuration to use; None where there is none.
    """

    html: Path
    figures: tuple[Path, ...]
    tables: tuple[Path, ...]
    figure_data: tuple[Path, ...]
    winner: Path | None


def write_report(comparison: Comparison, folder: str | Path) -> ReportFiles:
    """Write `report.html`, `figures/*.png`, `*.csv` and `winner.yaml` into a folder, each beside itself and renamed.

    In CSV a text that a spreadsheet would take for a formula has a `'` before it; numbers are as they are.

    The report is made from the records alone, so writing it again replaces it by one from the same numbers.

    Args:
        comparison: Of the study.
        folder: Made if it is not there; usually the results folder.
    """
    folder = Path(folder)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    drawn = draw_figures(comparison)
    data = {figure.name: to_csv(figure.table) for figure in drawn}
    beside = {name: content for name, content in data.items() if len(content) > MAX_INLINE_BYTES}
    winner = first_screen.winner(comparison, folder)
    html = _render(comparison, drawn, {name: _link(name, each) for name, each in data.items()}, winner)
    return ReportFiles(
        html=_write(folder / "report.html", html.encode()),
        figures=tuple(_write(folder / "figures" / f"{each.name}.png", _png(each)) for each in drawn),
        tables=tuple(
            _write(folder / f"{name}.csv", to_csv(table)) for name, table in csv_tables(comparison).items()
        ),
        figure_data=tuple(
            _write(folder / "figures" / f"{name}.csv", content) for name, content in beside.items()
        ),
        winner=None
        if winner is None or winner.file is None
        else _write(folder / first_screen.WINNER_FILE, winner.file.encode()),
    )


def _link(name: str, content: bytes) -> str:
    """Return where a figure's numbers are: in the link itself, or beside its picture."""
    return f"figures/{name}.csv" if len(content) > MAX_INLINE_BYTES else _inline(content, "text/csv")


def _inline(content: bytes, kind: str) -> str:
    return f"data:{kind};charset=utf-8;base64,{base64.b64encode(content).decode('ascii')}"


def _png(figure: DrawnFigure) -> bytes:
    """Return a figure as its canvas draws it; `savefig` would draw it twice, first for its layout alone."""
    buffer = io.BytesIO()
    FigureCanvasAgg(figure.figure).print_png(buffer)  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def _write(path: Path, content: bytes) -> Path:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)
    return path


def _render(
    comparison: Comparison,
    drawn: Sequence[DrawnFigure],
    data_links: Mapping[str, str],
    winner: first_screen.Winner | None,
) -> str:
    tables = _tables(comparison)
    folded = [each for each in drawn if each.name != differences.name]
    figures = {name: [each for each in folded if each.section == name] for name in SECTIONS}
    file = "" if winner is None or winner.file is None else winner.file
    template = page_templates("analysis.report").get_template("report.html.j2")
    return template.render(
        name=comparison.data.name,
        comparison=comparison,
        metadata=comparison.data.metadata,
        settings=comparison.data.settings,
        standing=first_screen.standing(comparison),
        forest=first_screen.picture(comparison),
        cost=first_screen.cost(comparison),
        winner=winner,
        winner_file=first_screen.WINNER_FILE,
        winner_link=_inline(file.encode(), "application/yaml"),
        sections=sections_of(tables, figures),
        winners=winner_sentences(comparison.data),
        spreads=spread_sentences(comparison.found),
        figures=figures,
        pictures={each.name: _picture(each) for each in folded},
        interactive=_interactive(comparison, drawn),
        data_links=data_links,
        tables=tables,
        many_arms=has_many_arms(comparison),
        noninferiority=noninferiority_sentence(comparison.decision),
        overview=(*overview_sentences(comparison), overview_sentence(comparison.data)),
        probabilities=decision_table.probability_table(comparison),
        expected_loss=fmt.MISSING
        if comparison.decision is None
        else decision_table.loss_words(comparison.decision.expected_loss),
        level=fmt.level(comparison.data.settings.confidence),
        judged=at_looks(comparison)
        if comparison.contrasts
        else fmt.level(comparison.data.settings.confidence),
        worth=fmt.fraction(comparison.data.settings.margin),
        tolerance=fmt.percent(TOLERANCE),
        alpha=fmt.percent(1 - comparison.data.settings.confidence),
    )


def _picture(each: DrawnFigure) -> Markup:
    """Return a figure for the page: an SVG, or pixels where they are fewer bytes than a drawing of so many parts."""
    label = f"{each.title}. {each.alt}"
    svg = themed_svg(each.figure, name=each.name, label=label)
    if len(svg) <= MAX_SVG_CHARACTERS:
        return Markup(svg)  # matplotlib has escaped what it holds of texts from outside
    source = f"data:image/png;base64,{base64.b64encode(_png(each)).decode('ascii')}"
    return Markup('<img class="figure on-white" src="{}" alt="{}">').format(source, label)


def _interactive(comparison: Comparison, drawn: Sequence[DrawnFigure]) -> dict[str, Markup]:
    """Return the numbers of the figures that the page draws again where it may run scripts, by their name."""
    curves = [each for each in drawn if each.name == learning_curves.name]
    return {each.name: Markup(curves_json(each.table, comparison)) for each in curves}


def _tables(comparison: Comparison) -> dict[str, Any]:
    return {
        "overview": overview_table(comparison),
        "arms": confirmation_tables.arms_table(comparison),
        "found": confirmation_tables.found_cells(comparison),
        "details": detail_tables.details_table(comparison),
        "classes": detail_tables.classes_table(comparison),
        "by_class": detail_tables.by_class_cells(comparison),
        "brief_ways": detail_tables.brief_ways_table(comparison),
        "ways": detail_tables.ways_table(comparison),
        "unfreezing": detail_tables.unfreezing_cells(comparison),
        "differences": confirmation_tables.differences_table(comparison),
        "times": confirmation_tables.times_table(comparison),
        "statistics": {name: statistics_table(comparison, name) for name in SECTIONS_OF_STATISTICS},
        "search": search_tables.search_table(comparison),
        "winners": search_tables.winners_table(comparison),
        "gains": searching_tables.gains_table(comparison),
        "kept": searching_tables.kept_table(comparison),
        "ladder": searching_tables.ladder_cells(comparison),
        "importances": searching_tables.importance_cells(comparison),
        "spent": ledger_tables.spent_table(comparison),
        "ledger": ledger_tables.ledger_table(comparison),
        "overhead": ledger_tables.overhead_table(comparison),
    }
