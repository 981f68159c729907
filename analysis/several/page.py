"""Write the page of several studies: one HTML file that needs nothing else, pictures and tables beside it."""

import base64
import os
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment
from markupsafe import Markup

from analysis.page_templates import page_templates
from analysis.several.forest import EDGE, TOP, WIDTH, Forest, forest_of
from analysis.several.pooling import Several
from analysis.several.tables import ALL_SETS, differences_table, studies_table
from analysis.several.wording import headline, notes, set_by_set, verdict_words
from analysis.tables.csv_tables import to_csv
from analysis.wording import number_format as fmt
from analysis.wording.contrast_terms import plain

PAGE = "compare.html"


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds anything but an earlier comparison.

    Raises:
        ValueError: If it is so.
    """
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"--out={str(folder)!r} is a file; give a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / PAGE).exists():
        raise ValueError(f"--out={str(folder)!r} holds something other than a comparison; give a new folder")


def write_page(several: Several, folder: Path) -> Path:
    """Write `compare.html`, `forest_*.svg`, `differences.csv` and `studies.csv` into a folder; return the page.

    An earlier comparison there is replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    environment = page_templates("analysis.several")
    forests = [forest_of(each, several, number=number) for number, each in enumerate(several.shared, start=1)]
    pictures = {each.name: _svg(each, environment) for each in forests if each is not None}
    for earlier in folder.glob("forest_*.svg"):
        earlier.unlink()
    for name, svg in pictures.items():
        _write(folder / f"{name}.svg", svg.encode())
    _write(folder / "differences.csv", to_csv(differences_table(several)))
    _write(folder / "studies.csv", to_csv(studies_table(several)))
    page = environment.get_template("compare.html.j2").render(
        labels=[study.label for study in several.studies],
        shared=[
            {
                "pair": each.pair,
                "headline": headline(each, several),
                "set_by_set": set_by_set(each),
                "forest": forest,
                "svg": None if forest is None else Markup(pictures[forest.name]),
                "svg_address": None if forest is None else _address(pictures[forest.name]),
            }
            for each, forest in zip(several.shared, forests, strict=True)
        ],
        studies=_cells_of_studies(several),
        differences=_cells_of_differences(several),
        notes=notes(several),
        measure=f"test {plain(several.objective)}",
        margin=fmt.margin(several.margin),
    )
    return _write(folder / PAGE, page.encode())


def _svg(forest: Forest, environment: Environment) -> str:
    template = environment.get_template("forest.svg.j2")
    return template.render(forest=forest, width=WIDTH, top=TOP, edge=EDGE)


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}"


def _write(path: Path, content: bytes) -> Path:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)
    return path


def _cells_of_studies(several: Several) -> list[dict[str, Any]]:
    return [
        {
            **{name: row[name] for name in ("study", "decided", "arms")},
            "seeds": fmt.count(_number(row["seeds"])),
            "test_images": fmt.count(_number(row["test_images"])),
            "margin": fmt.margin(row["margin"]),
        }
        for row in studies_table(several).to_dict("records")
    ]


def _cells_of_differences(several: Several) -> list[dict[str, Any]]:
    return [
        {
            **{name: row[name] for name in ("arm", "reference", "study")},
            "num_pairs": fmt.count(_number(row["num_pairs"])),
            "mean": fmt.difference(_number(row["mean"])),
            "interval": fmt.difference_interval((_number(row["low"]), _number(row["high"]))),
            "level": fmt.MISSING if pd.isna(row["level"]) else fmt.level(row["level"]),
            "verdict": verdict_words(row["verdict"], (row["arm"], row["reference"])),
            "pooled": row["study"] == ALL_SETS,
        }
        for row in differences_table(several).to_dict("records")
    ]


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
