"""Write the report: one HTML file that needs nothing else, figures and tables beside it."""

import base64
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis.comparison import Comparison
from analysis.figures.registry import SECTIONS, DrawnFigure, draw_figures
from analysis.findings.contrasts.equal_budget import TOLERANCE
from analysis.findings.contrasts.listed_statistic import SECTIONS as SECTIONS_OF_STATISTICS
from analysis.tables import confirmation_tables, detail_tables, ledger_tables, search_tables
from analysis.tables.csv_tables import csv_tables, to_csv
from analysis.tables.overview import has_many_arms, overview_sentences, overview_table
from analysis.tables.statistics_table import statistics_table
from analysis.wording import number_format as fmt
from analysis.wording.configurations import overview_sentence, spread_sentences, winner_sentences


@dataclass(frozen=True, kw_only=True)
class ReportFiles:
    """What was written.

    Attributes:
        html: The report; opens offline and without JavaScript.
        figures: Its figures, as PNG.
        tables: Its numbers, as CSV.
    """

    html: Path
    figures: tuple[Path, ...]
    tables: tuple[Path, ...]


def write_report(comparison: Comparison, folder: str | Path) -> ReportFiles:
    """Write `report.html`, `figures/*.png` and `*.csv` into a folder, each beside itself and renamed.

    In CSV a text that a spreadsheet would take for a formula has a `'` before it; numbers are as they are.

    The report is made from the records alone, so writing it again replaces it by one from the same numbers.

    Args:
        comparison: Of the study.
        folder: Made if it is not there; usually the results folder.
    """
    folder = Path(folder)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    drawn = draw_figures(comparison)
    pictures = {figure.name: _png(figure) for figure in drawn}
    html = _render(comparison, drawn, pictures)
    return ReportFiles(
        html=_write(folder / "report.html", html.encode()),
        figures=tuple(_write(folder / "figures" / f"{name}.png", png) for name, png in pictures.items()),
        tables=tuple(
            _write(folder / f"{name}.csv", to_csv(table)) for name, table in csv_tables(comparison).items()
        ),
    )


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


def _render(comparison: Comparison, drawn: tuple[DrawnFigure, ...], pictures: Mapping[str, bytes]) -> str:
    environment = Environment(
        loader=PackageLoader("analysis.report"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(
        name=comparison.data.name,
        comparison=comparison,
        metadata=comparison.data.metadata,
        settings=comparison.data.settings,
        winners=winner_sentences(comparison.data),
        spreads=spread_sentences(comparison.found),
        figures={name: [figure for figure in drawn if figure.section == name] for name in SECTIONS},
        pictures={name: base64.b64encode(png).decode("ascii") for name, png in pictures.items()},
        widths={figure.name: round(100 * figure.figure.get_figwidth()) for figure in drawn},
        tables=_tables(comparison),
        many_arms=has_many_arms(comparison),
        overview=(*overview_sentences(comparison), overview_sentence(comparison.data)),
        level=fmt.level(comparison.data.settings.confidence),
        tolerance=fmt.percent(TOLERANCE),
        alpha=fmt.percent(1 - comparison.data.settings.confidence),
    )


def _tables(comparison: Comparison) -> dict[str, Any]:
    return {
        "overview": overview_table(comparison),
        "arms": confirmation_tables.arms_table(comparison),
        "found": confirmation_tables.found_cells(comparison),
        "details": detail_tables.details_table(comparison),
        "classes": detail_tables.classes_table(comparison),
        "brief_ways": detail_tables.brief_ways_table(comparison),
        "ways": detail_tables.ways_table(comparison),
        "unfreezing": detail_tables.unfreezing_cells(comparison),
        "differences": confirmation_tables.differences_table(comparison),
        "times": confirmation_tables.times_table(comparison),
        "statistics": {name: statistics_table(comparison, name) for name in SECTIONS_OF_STATISTICS},
        "search": search_tables.search_table(comparison),
        "winners": search_tables.winners_table(comparison),
        "spent": ledger_tables.spent_table(comparison),
        "ledger": ledger_tables.ledger_table(comparison),
        "overhead": ledger_tables.overhead_table(comparison),
    }
