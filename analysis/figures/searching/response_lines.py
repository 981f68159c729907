"""Expected objective along the rate, with the trials as points."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.panels import panel_grid, title_panel
from analysis.figures.searching.setting_axis import label_setting
from analysis.figures.style import colours_of, style_axes
from analysis.findings.configurations import shown
from analysis.findings.searching.response_slices import Slice, slice_table
from analysis.wording import number_format as fmt

name = "response_lines"
section = "search"

SIDES = 1.96
"""Deviations to each side in the band."""


def title(_: Comparison) -> str:
    """Return the figure's title."""
    return "The objective along the rate"


def caption(_: Comparison) -> str:
    """Return what is to be seen."""
    return (
        "Expected validation objective over seeds, of a Gaussian process, with a band of 1.96 deviations; other "
        "settings as the best trial has them. Points: the search's trials, whatever their other settings. Triangles "
        "lie lower than they stand: values far below the arm's median are raised, as how bad they are says nothing of "
        "the best. Dashed on grey ground: extrapolated, where no trial is near enough to say much."
    )


def alt(table: pd.DataFrame, comparison: Comparison) -> str:
    """Return the picture in words."""
    best = table.loc[table.groupby(["arm", "repeat"])["mean"].idxmax()]
    listed = [
        f"{row['arm']} highest at {row['across']} {shown(row['x'])}, {fmt.fraction(row['highest'])}"
        for _, row in best.rename(columns={"mean": "highest"}).iterrows()
    ]
    return f"Curves of the expected objective against the rate: {'; '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return the lines, see `slice_table`."""
    return slice_table(comparison.response_lines)


def draw(_: pd.DataFrame, comparison: Comparison) -> Figure:
    """Draw a panel for each search."""
    colours = colours_of(comparison)
    lines = comparison.response_lines
    figure, panels = panel_grid(len(lines), sharex=False)
    for axes, line in zip(panels, lines, strict=True):
        search = line.outlook.search
        _draw_line(axes, line, colour=colours[search.arm])
        several = sum(each.outlook.search.arm == search.arm for each in lines) > 1
        name_of = f"{search.arm}, search {search.repeat}" if several else search.arm
        title_panel(axes, name_of, colour=colours[search.arm], num_panels=len(lines))
        style_axes(axes, xlabel="", ylabel="")
        label_setting(axes.xaxis, search.space, line.across)
    figure.supylabel(f"validation {comparison.data.settings.objective_words}", fontsize=10)
    return figure


def _draw_line(axes: Axes, line: Slice, *, colour: str) -> None:
    mean, deviation, unsure = line.mean[0], line.deviation[0], line.extrapolated[0]
    low, high = mean - SIDES * deviation, np.minimum(mean + SIDES * deviation, 1.0)
    axes.fill_between(line.x, low, high, color=colour, alpha=0.15, linewidth=0)
    axes.plot(line.x, np.where(unsure, np.nan, mean), color=colour, linewidth=2)
    axes.plot(line.x, mean, color=colour, linewidth=1.2, linestyle=(0, (4, 2)))
    axes.fill_between(
        line.x, 0, 1, where=unsure.tolist(), transform=axes.get_xaxis_transform(), color="#f0f0f0", zorder=0
    )
    search = line.outlook.search
    across, _ = line.trials()
    low_ones = search.trials.values < search.floor
    for marker, some in (("o", ~low_ones), ("v", low_ones)):
        values = np.maximum(search.trials.values[some], search.floor)
        axes.plot(across[some], values, marker, color=colour, markersize=5, alpha=0.8)
