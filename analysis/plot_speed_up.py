"""How many times as fast as the reference, over accuracies fixed before the confirmation."""

from collections.abc import Mapping
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.plot_style import new_figure, style_axes


def speed_up_table(comparison: Comparison) -> pd.DataFrame:
    """Return one row an arm and accuracy of the grid at which a ratio or a bound can be given.

    Columns: `arm`, `target`, `value`, `low`, `high` (NaN where there is none), `side`.
    """
    rows = [
        {
            "arm": contrast.pairing.arm,
            "target": one.target,
            "value": one.ratio.value,
            "low": one.ratio.low,
            "high": one.ratio.high,
            "side": one.ratio.side,
        }
        for contrast in comparison.contrasts
        if contrast.pairing.architecture is None
        for one in contrast.grid
        if one.ratio is not None
    ]
    table = pd.DataFrame(rows, columns=["arm", "target", "value", "low", "high", "side"])
    return table.astype({"value": "float64", "low": "float64", "high": "float64"})


def draw_speed_up(table: pd.DataFrame, *, reference: str, colours: Mapping[str, str]) -> Figure:
    """Draw ratios with their intervals, and bounds as arrows from the bound."""
    figure = new_figure()
    axes = figure.subplots()
    axes.axhline(1, color="#4d4d4d", linestyle=(0, (4, 3)), linewidth=1)
    axes.set_yscale("log")
    arms = list(dict.fromkeys(table["arm"]))
    step = _dodge(table)
    for index, arm in enumerate(arms):
        of_arm = table[table["arm"] == arm]
        moved = of_arm.assign(target=of_arm["target"] + step * (index - (len(arms) - 1) / 2))
        _draw_arm(axes, moved, colour=colours[arm])
        axes.plot([], [], "o-", color=colours[arm], label=arm)
    axes.legend(frameon=False, loc="best")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_minor_formatter(lambda value, _: f"{value:g}")
    style_axes(axes, xlabel="validation objective to be reached", ylabel=f"times as fast as {reference}")
    return figure


def _draw_arm(axes: Axes, table: pd.DataFrame, *, colour: str) -> None:
    both = table[table["side"] == "both"]
    axes.plot(both["target"], both["value"], "o", color=colour, markersize=6)
    axes.vlines(both["target"], both["low"], both["high"], color=colour, linewidth=2)
    for side, end, marker in (("at_least", "low", "^"), ("at_most", "high", "v")):
        bounded = table[table["side"] == side]
        axes.plot(bounded["target"], bounded[end], marker, color=colour, markersize=9, fillstyle="none")


def _dodge(table: pd.DataFrame) -> float:
    """Return by how much arms stand apart at one accuracy, so that their intervals can be seen."""
    targets = sorted(set(table["target"]))
    gaps = [upper - lower for lower, upper in pairwise(targets)]
    return 0.12 * min(gaps) if gaps else 0.002
