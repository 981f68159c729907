"""The learning rates that each winner trained with, group by group."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.panels import panel_grid, title_panel
from analysis.figures.style import label_point, style_axes

name = "rates"
section = "search"


def title(_: Comparison) -> str:
    """Return the figure's title."""
    return "The rates that the winners trained with"


def caption(_: Comparison) -> str:
    """Return what is to be seen."""
    return (
        "One line a depth group, from the stem (dark) to the head (light), at each epoch's first "
        "step; a frozen group has no line. One seed of each arm's winner."
    )


def alt(table: pd.DataFrame, _: Comparison) -> str:
    """Return the picture in words."""
    highest = table.groupby("arm", sort=False)["rate"].agg(["min", "max"])
    listed = [
        f"{arm} {low:.2g} to {high:.2g}"
        for arm, low, high in zip(highest.index, highest["min"], highest["max"], strict=True)
    ]
    return f"Rates of the layers, epoch by epoch. From the lowest to the highest: {', '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return the rates of one confirmation run of each arm's overall winner, that of the lowest seed.

    Columns: `arm`, `epoch`, `group`, `depth` (0 for the stem, 1 for the head), `rate`; NaN while frozen. No rows where
    no group has a rate.
    """
    records = comparison.data.records
    confirmed = records[(records["stage"] == "confirm") & records["overall"].astype(bool)]
    first = confirmed.sort_values("seed", kind="stable").drop_duplicates("arm")["run"]
    shown = confirmed[confirmed["run"].isin(first)]
    rows = [
        {"arm": arm, "epoch": epoch, "group": group, "depth": depth, "rate": rate if rate > 0 else np.nan}
        for arm, epoch, rates in zip(shown["arm"], shown["epoch"], shown["rates"], strict=True)
        for depth, (group, rate) in _with_depth(rates)
    ]
    known = any(not np.isnan(row["rate"]) for row in rows)
    return pd.DataFrame(rows if known else [], columns=["arm", "epoch", "group", "depth", "rate"])


def draw(table: pd.DataFrame, comparison: Comparison) -> Figure:
    """Draw one panel an arm: one line a depth group, dark at the stem and light at the head."""
    shown = [arm for arm in comparison.data.settings.arms if (table["arm"] == arm).any()]
    figure, panels = panel_grid(len(shown))
    for axes, arm in zip(panels, shown, strict=True):
        _draw_arm(axes, table[table["arm"] == arm])
        axes.set_yscale("log")
        title_panel(axes, arm, num_panels=len(shown))
        style_axes(axes, xlabel="", ylabel="")
    figure.supxlabel("epoch", fontsize=10)
    figure.supylabel("rate at the epoch's first step", fontsize=10)
    return figure


def _draw_arm(axes: Axes, table: pd.DataFrame) -> None:
    ramp = colormaps["viridis"]
    groups = list(table.groupby("group", sort=False))
    alike = table.groupby("epoch")["rate"].nunique().max() <= 1
    for name, rates in groups:
        depth = float(rates["depth"].iloc[0])
        steps = rates.sort_values("epoch")
        axes.plot(
            steps["epoch"], steps["rate"], color=ramp(0.9 * depth), drawstyle="steps-mid", linewidth=1.6
        )
        if depth in ((1.0,) if alike else (0.0, 1.0)) and steps["rate"].notna().any():
            last = steps.dropna(subset=["rate"]).iloc[-1]
            label = "all groups" if alike else str(name)
            label_point(axes, label, (last["epoch"], last["rate"]), colour=to_hex(ramp(0.9 * depth)))
    axes.margins(x=0.16)


def _with_depth(rates: Mapping[str, float]) -> list[tuple[float, tuple[str, float]]]:
    groups = list(rates.items())
    last = max(len(groups) - 1, 1)
    return [(index / last if len(groups) > 1 else 1.0, group) for index, group in enumerate(groups)]
