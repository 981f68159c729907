"""Speed-up over the reference at accuracies fixed before the confirmation."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from analysis.comparison import Comparison
from analysis.figures.drawn_text import drawn
from analysis.figures.panels import panel_grid, title_panel
from analysis.figures.style import are_distinct, colours_of, new_figure, style_axes
from analysis.wording import number_format as fmt

name = "speed_up"
section = "times"


def title(_: Comparison) -> str:
    """Return the figure's title."""
    return "How much sooner each accuracy is reached"


def caption(_: Comparison) -> str:
    """Return what is to be seen."""
    return (
        "Ratio of restricted times to accuracies that were fixed before the confirmation; above 1"
        " the arm is faster. Lines: intervals over pairs, not adjusted for the number of "
        "accuracies. A run that does not reach counts with its end. "
        "Accuracies that neither arm's half reached are left out."
    )


def alt(table: pd.DataFrame, _: Comparison) -> str:
    """Return the picture in words."""
    listed = [
        f"{arm} {fmt.ratio(value)} at {fmt.fraction(target)}"
        for arm, target, value in zip(table["arm"], table["target"], table["value"], strict=True)
    ]
    return f"Times as fast as the reference on the way to an accuracy: {', '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return one row an arm and accuracy of the grid at which a ratio can be given.

    Columns: `arm`, `target`, `value`, `low`, `high` (NaN where there is none).
    """
    rows = [
        {
            "arm": contrast.pairing.arm,
            "target": one.target,
            "value": one.ratio.value,
            "low": one.ratio.low,
            "high": one.ratio.high,
        }
        for contrast in comparison.contrasts
        if contrast.pairing.architecture is None
        for one in contrast.grid
        if one.ratio is not None
    ]
    ratios = pd.DataFrame(rows, columns=["arm", "target", "value", "low", "high"])
    return ratios.astype({"value": "float64", "low": "float64", "high": "float64"})


def draw(table: pd.DataFrame, comparison: Comparison) -> Figure:
    """Draw ratios with their intervals."""
    reference, colours = comparison.data.settings.reference, colours_of(comparison)
    arms = list(dict.fromkeys(table["arm"]))
    if not are_distinct({arm: colours[arm] for arm in arms}):
        return _draw_panels(table, arms, reference=reference, colours=colours)
    figure = new_figure()
    axes = figure.subplots()
    step = _dodge(table)
    for index, arm in enumerate(arms):
        of_arm = table[table["arm"] == arm]
        moved = of_arm.assign(target=of_arm["target"] + step * (index - (len(arms) - 1) / 2))
        _draw_arm(axes, moved, colour=colours[arm])
        axes.plot([], [], "o-", color=colours[arm], label=drawn(arm))
    axes.legend(frameon=False, loc="best")
    _style_ratios(axes, table)
    axes.set_xlabel(_XLABEL)
    axes.set_ylabel(f"times as fast as {drawn(reference)}")
    return figure


_WIDE = 4.0
"""Ratios that lie further apart than by this factor have marks at 1, 2 and 5 times the powers of ten."""

_XLABEL = "validation objective to be reached"


def _draw_panels(
    table: pd.DataFrame, arms: Sequence[str], *, reference: str, colours: Mapping[str, str]
) -> Figure:
    figure, panels = panel_grid(len(arms))
    for axes, arm in zip(panels, arms, strict=True):
        _draw_arm(axes, table[table["arm"] == arm], colour=colours[arm])
        title_panel(axes, arm, colour=colours[arm], num_panels=len(arms))
        _style_ratios(axes, table)
    figure.supxlabel(_XLABEL, fontsize=10)
    figure.supylabel(f"times as fast as {drawn(reference)}", fontsize=10)
    return figure


def _style_ratios(axes: Axes, table: pd.DataFrame) -> None:
    axes.axhline(1, color="#4d4d4d", linestyle=(0, (4, 3)), linewidth=1)
    axes.set_yscale("log")
    shown = table[["value", "low", "high"]].to_numpy()
    wide = np.nanmax(shown) > _WIDE * np.nanmin(shown)
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)) if wide else MaxNLocator(5))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_minor_locator(NullLocator())
    style_axes(axes, xlabel="", ylabel="")


def _draw_arm(axes: Axes, table: pd.DataFrame, *, colour: str) -> None:
    axes.plot(table["target"], table["value"], "o", color=colour, markersize=6)
    axes.vlines(table["target"], table["low"], table["high"], color=colour, linewidth=2)


def _dodge(table: pd.DataFrame) -> float:
    """Return by how much arms stand apart at one accuracy, so that their intervals can be seen."""
    targets = sorted(set(table["target"]))
    gaps = [upper - lower for lower, upper in pairwise(targets)]
    return 0.12 * min(gaps) if gaps else 0.002
