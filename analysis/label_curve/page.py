"""Write a label curve: a page that needs nothing else, its picture, and its numbers as CSV and as JSON."""

import base64
import io
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analysis.label_curve.curve import LabelCurve
from analysis.label_curve.picture import caption, draw
from analysis.label_curve.sentences import answer, conditions, levels_table, text, worth_table
from analysis.label_curve.worth import worths
from analysis.page_templates import page_templates
from analysis.tables.csv_tables import to_csv


@dataclass(frozen=True, kw_only=True)
class CurveFiles:
    """What was written.

    Attributes:
        page: Opens offline and without JavaScript.
        picture: PNG.
        table: CSV, a row a size and arm.
        plain: JSON of all numbers.
        text: As it was printed.
    """

    page: Path
    picture: Path
    table: Path
    plain: Path
    text: Path


def write_label_curve(curve: LabelCurve, folder: Path) -> CurveFiles:
    """Write page, picture, CSV, JSON and text into a folder, each beside itself and renamed.

    Args:
        curve: The curve.
        folder: Which also holds the studies' own folders, named as the studies are.
    """
    buffer = io.BytesIO()
    draw(curve).savefig(buffer, format="png")
    picture = buffer.getvalue()
    return CurveFiles(
        page=_write(folder / "label_curve.html", _page(curve, picture).encode()),
        picture=_write(folder / "label_curve.png", picture),
        table=_write(folder / "label_curve.csv", to_csv(curve.table)),
        plain=_write(folder / "label_curve.json", json.dumps(plain(curve), indent=2).encode()),
        text=_write(folder / "label_curve.txt", text(curve).encode()),
    )


def plain(curve: LabelCurve) -> Mapping[str, Any]:
    """Return the numbers of a curve in plain values; what is not known is null."""
    return {
        "name": curve.name,
        "objective": curve.settings.objective,
        "confidence": curve.settings.confidence,
        "reference": curve.settings.reference,
        "num_classes": curve.num_classes,
        "winners_of": curve.winners_of,
        "label_price": curve.label_price,
        "cost_per_hour": curve.settings.cost_per_hour,
        "levels": curve.rows,
        "power_laws": {
            arm: None if law is None else {**asdict(law), "follows": law.follows, "extrapolated": True}
            for arm, law in curve.laws.items()
        },
        "worth": [
            {**asdict(each), "gain_per_label": each.gain_per_label, "cheaper": each.cheaper}
            for each in worths(curve)
        ],
    }


def _page(curve: LabelCurve, picture: bytes) -> str:
    template = page_templates("analysis.label_curve").get_template("label_curve.html.j2")
    return template.render(
        curve=curve,
        picture=base64.b64encode(picture).decode("ascii"),
        alt=f"Test objective against labels. {' '.join(answer(curve))}",
        caption=caption(curve),
        answer=answer(curve),
        conditions=conditions(curve),
        levels=levels_table(curve),
        worth=worth_table(curve),
        reports=[(size, data.name) for size, data in curve.studies.items()],
    )


def _write(path: Path, content: bytes) -> Path:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)
    return path
