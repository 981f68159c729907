"""Tuning curves: what an arm's winner is expected to be worth after so many trials, made and to come."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.panels import panel_grid, title_panel
from analysis.figures.style import colours_of, style_axes
from analysis.wording import number_format as fmt

name = "tuning_curves"
section = "search"

FROM_SHARE = 0.25
"""Share of the trials made from which on the vertical axis has to hold the band: before, it may be as wide as values
go."""


def title(_: Comparison) -> str:
    """Return the figure's title."""
    return "What the search was worth, trial by trial"


def caption(comparison: Comparison) -> str:
    """Return what is to be seen."""
    level = fmt.level(comparison.data.settings.confidence)
    return (
        f"Validation objective that the winner is expected to have on fresh seeds, with its {level} band. Grey ground, "
        "dashed: beyond the trials made, extrapolated by a Gaussian process over the settings, with trials like "
        "those of the search's later half. Dotted: the best value that the search itself had seen, which luck "
        "flatters. Bar: the winner's confirmation runs, mean and interval over seeds."
    )


def alt(table: pd.DataFrame, comparison: Comparison) -> str:
    """Return the picture in words."""
    made = table[~table["extrapolated"]].drop_duplicates(["arm", "repeat"], keep="last")
    ends = table.drop_duplicates(["arm", "repeat"], keep="last").set_index(["arm", "repeat"])["mean"]
    listed = [
        f"{row['arm']} {fmt.fraction(row['mean_value'])} after {row['num_trials']} trials, "
        f"{fmt.fraction(ends[row['arm'], row['repeat']])} after {2 * row['num_trials']}"
        for _, row in made.rename(columns={"mean": "mean_value"}).iterrows()
    ]
    return f"Curves of the winner's expected confirmed value against trials: {'; '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return the tuning curves, see `tuning_curves`."""
    return comparison.tuning_curves


def draw(table: pd.DataFrame, comparison: Comparison) -> Figure:
    """Draw a panel for each arm, its searches in it."""
    colours = colours_of(comparison)
    arms = list(dict.fromkeys(table["arm"]))
    figure, panels = panel_grid(len(arms))
    for axes, arm in zip(panels, arms, strict=True):
        of_arm = table[table["arm"] == arm]
        for _, curve in of_arm.groupby("repeat"):
            _draw_curve(axes, curve, colour=colours[arm])
        confirmed = comparison.winners_curse
        _draw_confirmed(axes, confirmed[confirmed["arm"] == arm], of_arm, colour=colours[arm])
        title_panel(axes, arm, colour=colours[arm], num_panels=len(arms))
        style_axes(axes, xlabel="", ylabel="")
    panels[0].set_ylim(*_limits(table))
    figure.supxlabel("trials", fontsize=10)
    figure.supylabel(f"validation {comparison.data.settings.objective_words}, confirmed", fontsize=10)
    return figure


def _draw_curve(axes: Axes, curve: pd.DataFrame, *, colour: str) -> None:
    made = curve[~curve["extrapolated"]]
    ahead = curve[curve["num_trials"] >= made["num_trials"].max()]
    axes.fill_between(curve["num_trials"], curve["low"], curve["high"], color=colour, alpha=0.15, linewidth=0)
    axes.plot(made["num_trials"], made["mean"], color=colour, linewidth=2)
    axes.plot(ahead["num_trials"], ahead["mean"], color=colour, linewidth=2, linestyle=(0, (4, 2)))
    axes.step(made["num_trials"], made["best_seen"], where="post", color=colour, linewidth=1, linestyle=":")
    axes.axvspan(made["num_trials"].max(), curve["num_trials"].max(), color="#f0f0f0", zorder=0, linewidth=0)


def _draw_confirmed(axes: Axes, winners: pd.DataFrame, curves: pd.DataFrame, *, colour: str) -> None:
    for _, winner in winners.dropna(subset=["val_mean", "val_low"]).iterrows():
        of_search = curves[(curves["repeat"] == winner["repeat"]) & ~curves["extrapolated"]]
        if of_search.empty:
            continue
        spread = [[winner["val_mean"] - winner["val_low"]], [winner["val_high"] - winner["val_mean"]]]
        at = of_search["num_trials"].max()
        axes.errorbar([at], [winner["val_mean"]], yerr=spread, fmt="o", color=colour, capsize=3, markersize=5)


def _limits(table: pd.DataFrame) -> tuple[float, float]:
    """Return the vertical axis's ends: those of the bands past the first trials."""
    made = table[~table["extrapolated"]].groupby(["arm", "repeat"])["num_trials"].transform("max")
    settled = table[table["num_trials"] >= FROM_SHARE * made.reindex(table.index).ffill()]
    low, high = float(settled["low"].min()), float(max(table["high"].max(), table["best_seen"].max()))
    room = 0.05 * max(high - low, 0.01)
    return low - room, high + room
