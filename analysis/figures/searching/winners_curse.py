"""Winner's curse: what each arm's winner promised in the search, and what it kept on fresh seeds."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.panels import panel_grid, title_panel
from analysis.figures.style import colours_of, style_axes
from analysis.wording import number_format as fmt

name = "winners_curse"
section = "search"

STAGES = ("search", "selection", "confirmed", "test")


def title(_: Comparison) -> str:
    """Return the figure's title."""
    return "What the winners promised, and what they kept"


def caption(comparison: Comparison) -> str:
    """Return what is to be seen."""
    level = fmt.level(comparison.data.settings.confidence)
    return (
        "The winner's value in the search (one seed, the best of many trials), its mean over the selection's seeds "
        "(the best of a few), and its mean over the fresh seeds of the confirmation: validation, then test, each "
        f"with the {level} interval over seeds. A fall from the search to validation on fresh seeds is what choosing "
        "by luck had added; one from there to test is what the test images have of their own."
    )


def alt(table: pd.DataFrame, comparison: Comparison) -> str:
    """Return the picture in words."""
    listed = [
        f"{row['arm']} {fmt.fraction(row['search_value'])} in the search, "
        f"{fmt.fraction(row['selection_mean'])} in the selection, confirmed {fmt.fraction(row['val_mean'])} "
        f"on validation and {fmt.fraction(row['test_mean'])} on test"
        for _, row in table.iterrows()
    ]
    return f"Lines from the search's value to the confirmed ones: {'; '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return the confirmed winners that have a mean, see `winners_curse_table`."""
    return comparison.winners_curse.dropna(subset=["val_mean"])


def draw(table: pd.DataFrame, comparison: Comparison) -> Figure:
    """Draw a panel for each arm, a line for each of its searches' winners."""
    colours = colours_of(comparison)
    arms = list(dict.fromkeys(table["arm"]))
    figure, panels = panel_grid(len(arms))
    for axes, arm in zip(panels, arms, strict=True):
        for _, row in table[table["arm"] == arm].iterrows():
            values = np.array(
                [row["search_value"], row["selection_mean"], row["val_mean"], row["test_mean"]], dtype=float
            )
            low = np.array([np.nan, np.nan, row["val_low"], row["test_low"]], dtype=float)
            high = np.array([np.nan, np.nan, row["val_high"], row["test_high"]], dtype=float)
            spread = np.nan_to_num(np.array([values - low, high - values]))
            known = np.isfinite(values)
            places = np.flatnonzero(known)
            axes.errorbar(
                places, values[known], yerr=spread[:, known], fmt="o-", color=colours[arm], capsize=3
            )
        axes.set_xticks(range(len(STAGES)), STAGES, fontsize=8)
        axes.set_xlim(-0.4, len(STAGES) - 0.6)
        title_panel(axes, arm, colour=colours[arm], num_panels=len(arms))
        style_axes(axes, xlabel="", ylabel="")
    figure.supylabel(comparison.data.settings.objective_words, fontsize=10)
    return figure
