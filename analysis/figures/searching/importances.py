"""Importance of the searched settings: shares with their intervals, by arm."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.drawn_text import drawn
from analysis.figures.panels import panel_grid, title_panel
from analysis.figures.style import colours_of, style_axes
from analysis.wording import number_format as fmt

name = "importances"
section = "search"


def title(_: Comparison) -> str:
    """Return the figure's title."""
    return "Which searched settings mattered"


def caption(comparison: Comparison) -> str:
    """Return what is to be seen."""
    level = fmt.level(comparison.data.settings.confidence)
    return (
        "Share of the objective's variance over the whole range of what was searched that goes with each setting, "
        f"interactions included (total effects in random forests), with its {level} interval over resampled trials. "
        "Settings whose intervals overlap are not told apart. One that matters little was searched in vain, within "
        "this range. Intervals are narrow: about four in five held the truth when simulated."
    )


def alt(table: pd.DataFrame, comparison: Comparison) -> str:
    """Return the picture in words."""
    listed = [
        f"{row['arm']}, {row['setting']}: {fmt.percent(row['share'])} "
        f"({fmt.interval((row['low'], row['high']), fmt.percent)})"
        for _, row in table.iterrows()
    ]
    return f"Bars of importance. {'; '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return the shares, see `importance_table`."""
    return comparison.importances


def draw(table: pd.DataFrame, comparison: Comparison) -> Figure:
    """Draw a panel for each arm, a row a setting; searches of one arm lie in each other's rows."""
    colours = colours_of(comparison)
    arms = list(dict.fromkeys(table["arm"]))
    most = int(table.groupby("arm")["setting"].nunique().max())
    figure, panels = panel_grid(len(arms), height_inches=0.9 + 0.35 * most, sharey=False)
    for axes, arm in zip(panels, arms, strict=True):
        of_arm = table[table["arm"] == arm]
        settings = list(dict.fromkeys(of_arm["setting"]))
        searches = sorted(set(of_arm["repeat"]))
        for place, repeat in enumerate(searches):
            one = of_arm[of_arm["repeat"] == repeat].set_index("setting").reindex(settings)
            heights = np.arange(len(settings)) + 0.12 * (place - (len(searches) - 1) / 2)
            spread = np.array([one["share"] - one["low"], one["high"] - one["share"]]).clip(min=0)
            axes.errorbar(one["share"], heights, xerr=spread, fmt="o", color=colours[arm], capsize=3)
        axes.set_yticks(range(len(settings)), [drawn(setting) for setting in settings])
        axes.set_ylim(len(settings) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        title_panel(axes, arm, colour=colours[arm], num_panels=len(arms))
        style_axes(axes, xlabel="", ylabel="")
    figure.supxlabel("share of the objective's variance", fontsize=10)
    return figure
