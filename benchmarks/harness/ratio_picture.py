"""Draw docs/performance.png from `benchmarks/latest.json`: python -m benchmarks.harness.ratio_picture."""

import json
from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.figures.style import COLOURS, new_figure, style_axes
from benchmarks.__main__ import LATEST
from benchmarks.harness.line import Line
from benchmarks.harness.measure import REPOSITORY
from benchmarks.lines import ALL

PICTURE = REPOSITORY / "docs" / "performance.png"


def draw_ratios(lines: tuple[Line, ...], latest: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Draw every measured line's ratio with its lowest and highest, and what was to be reached.

    Args:
        lines: In the order of the table; those that were not measured are left out.
        latest: What was measured, by name.
    """
    measured = [line for line in lines if line.name in latest]
    figure = new_figure(height_inches=1.0 + 0.26 * len(measured), width_inches=8.0)
    axes = figure.subplots()
    for place, line in enumerate(reversed(measured)):
        found = latest[line.name]
        ratio, low, high = found["ratio"], found["low"], found["high"]
        axes.plot(
            [low or ratio, high or ratio], [place, place], "-", color=COLOURS[0], linewidth=2.5, alpha=0.45
        )
        if high is None:
            axes.plot(ratio, place, ">", color=COLOURS[0], markersize=6)
        else:
            axes.plot(ratio, place, "o", color=COLOURS[0], markersize=6)
        if line.to_reach is not None:
            axes.plot(line.to_reach, place, "|", color=COLOURS[1], markersize=13, markeredgewidth=2)
        right = max(ratio, high or ratio, line.to_reach or ratio)
        axes.annotate(
            f"{ratio:.4g}", (right, place), xytext=(7, 0), textcoords="offset points", va="center", fontsize=8
        )
    axes.set_xscale("log")
    axes.set_xlim(0.6, 300)
    axes.axvline(1.0, color="#999999", linewidth=1)
    style_axes(axes, xlabel="times better than the other side (log scale); bar: to be reached", ylabel="")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_yticks(range(len(measured)), [line.name for line in reversed(measured)], fontsize=8)
    axes.set_ylim(-0.8, len(measured) - 0.2)
    axes.set_title(
        "Lowest to highest of the pairs (to_target: interval); a triangle has no upper end",
        loc="left",
        fontsize=9,
    )
    return figure


if __name__ == "__main__":
    draw_ratios(ALL, json.loads(LATEST.read_text())).savefig(PICTURE)
    print(PICTURE)
