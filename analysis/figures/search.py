"""The trials of the search: the rate against the validation objective."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.drawn_text import drawn
from analysis.figures.panels import panel_grid, title_panel
from analysis.figures.style import colours_of, style_axes
from analysis.wording import number_format as fmt

name = "search"
section = "search"

_MARKERS = ("o", "s", "^", "D", "v", "P")


def title(_: Comparison) -> str:
    """Return the figure's title."""
    return "What the search tried"


def caption(_: Comparison) -> str:
    """Return what is to be seen."""
    return (
        "Search results on the validation split: the best of many looks better than it is. "
        "Crosses: diverged, out of memory or failed. Hollow: stopped before the end."
    )


def alt(table: pd.DataFrame, _: Comparison) -> str:
    """Return the picture in words."""
    by_arm = table.groupby("arm", sort=False)["objective"].agg(["size", "max"])
    listed = [
        f"{arm} {fmt.count(size)} trials, best {fmt.fraction(best)}"
        for arm, size, best in zip(by_arm.index, by_arm["size"], by_arm["max"], strict=True)
    ]
    return f"Points of the validation objective against the peak rate: {'; '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return the trials of the search whose rate is known."""
    trials = comparison.trials
    return trials[(trials["stage"] == "search") & (trials["lr"] > 0)]


def draw(table: pd.DataFrame, comparison: Comparison) -> Figure:
    """Draw one panel an arm, one marker an architecture, crosses for trials without a result."""
    objective, colours = comparison.data.settings.objective_words, colours_of(comparison)
    arms = [arm for arm in colours if (table["arm"] == arm).any()]
    names = sorted(set(table["architecture"]))
    figure, panels = panel_grid(len(arms))
    bottom = _bottom(table)
    for axes, arm in zip(panels, arms, strict=True):
        of_arm = table[table["arm"] == arm]
        for name, marker in zip(names, _cycled(len(names)), strict=True):
            _draw_trials(axes, of_arm[of_arm["architecture"] == name], colour=colours[arm], marker=marker)
        lost = of_arm[_lost(of_arm)]
        axes.plot(lost["lr"], np.full(len(lost), bottom), "x", color=colours[arm], markersize=6)
        axes.set_xscale("log")
        title_panel(axes, arm, colour=colours[arm], num_panels=len(arms))
        style_axes(axes, xlabel="", ylabel="")
    if _lost(table).any():
        panels[0].annotate(
            "no result", (0.02, bottom), xycoords=("axes fraction", "data"), fontsize=8, va="bottom"
        )
    if len(names) > 1:
        for name, marker in zip(names, _cycled(len(names)), strict=True):
            panels[-1].plot([], [], marker, color="#777777", label=drawn(name))
        panels[-1].legend(frameon=False, fontsize=8)
    figure.supxlabel("peak rate", fontsize=10)
    figure.supylabel(f"validation {objective}", fontsize=10)
    return figure


def _draw_trials(axes: Axes, trials: pd.DataFrame, *, colour: str, marker: str) -> None:
    for ended, style in ((True, {"alpha": 0.8}), (False, {"alpha": 0.8, "markerfacecolor": "none"})):
        shown = trials[~_lost(trials) & ((trials["status"] == "finished") == ended)]
        axes.plot(shown["lr"], shown["objective"], marker, color=colour, markersize=6, **style)


def _lost(trials: pd.DataFrame) -> pd.Series:
    return trials["objective"].isna() | trials["status"].isin(["diverged", "out_of_memory", "failed"])


def _bottom(trials: pd.DataFrame) -> float:
    """Return the height, a little below all results, at which trials without one are marked."""
    shown = trials.loc[~_lost(trials), "objective"]
    if shown.empty:
        return 0.0
    return float(shown.min() - 0.08 * max(shown.max() - shown.min(), 0.05))


def _cycled(num: int) -> list[str]:
    return [_MARKERS[index % len(_MARKERS)] for index in range(num)]
