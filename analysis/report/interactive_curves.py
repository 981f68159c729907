"""Learning curves as data for the page's own drawing: every run with its configuration, on both axes."""

import json
from typing import Any

import pandas as pd

from analysis.comparison import Comparison
from analysis.figures import learning_curves
from analysis.figures.style import colours_of
from analysis.findings.configurations import searched_settings
from analysis.report.themed_svg import colour_name

MAX_ARMS_AT_ONCE = 6
"""Of more arms only the reference and the one to use are switched on at first."""


def curves_json(table: pd.DataFrame, comparison: Comparison) -> str:
    """Return the curves as JSON that may stand in a page, its `<` escaped.

    Args:
        table: That of the figure `learning_curves`.
        comparison: Of the study.
    """
    settings, colours = comparison.data.settings, colours_of(comparison)
    means = learning_curves.mean_curve(table)
    arms = [arm for arm in settings.arms if (table["arm"] == arm).any()]
    first = {settings.reference, comparison.decision.arm if comparison.decision is not None else arms[-1]}
    content = {
        "objective": settings.objective_words,
        "level": learning_curves.reference_level(comparison),
        "reference": settings.reference,
        "arms": [
            {
                "name": arm,
                "colour": colour_name(colours[arm]),
                "shown": len(arms) <= MAX_ARMS_AT_ONCE or arm in first,
                "mean": _points(means[means["arm"] == arm]),
                "runs": _runs(table[table["arm"] == arm], comparison),
            }
            for arm in arms
        ],
    }
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def _runs(curves: pd.DataFrame, comparison: Comparison) -> list[dict[str, Any]]:
    runs = comparison.data.runs
    return [
        {
            "name": str(run),
            "settings": searched_settings(
                comparison.data, str(runs.loc[str(run), "arm"]), runs.loc[[str(run)]]
            ),
            "points": _points(points),
        }
        for run, points in curves.groupby("run", sort=False)
    ]


def _points(curve: pd.DataFrame) -> list[list[float]]:
    """Return seconds, epoch, value and whether a cycle ended there (1 or 0), point by point."""
    columns = zip(curve["seconds"], curve["epoch"], curve["value"], curve["cycle_ended"], strict=True)
    return [
        [float(f"{seconds:.4g}"), int(epoch), round(value, 4), int(bool(ended))]
        for seconds, epoch, value, ended in columns
    ]
