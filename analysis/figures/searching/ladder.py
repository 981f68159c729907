"""The ladder: what each step adds to the final test objective, with its interval."""

import pandas as pd
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.drawn_text import drawn
from analysis.figures.style import colours_of, new_figure, style_axes
from analysis.findings.searching.ladder import ladder_table
from analysis.wording import number_format as fmt

name = "ladder"
section = "confirmation"


def title(_: Comparison) -> str:
    """Return the figure's title."""
    return "What each step adds"


def caption(comparison: Comparison) -> str:
    """Return what is to be seen."""
    confidence = comparison.ladder[0].estimate.confidence if comparison.ladder[0].estimate else 0.95
    return (
        "Difference in the final test objective between neighbours of the ladder, which have all but one ingredient in "
        f"common, with its {fmt.level(confidence)} interval over seeds and images, one by one. Each arm's "
        "settings were searched anew, so a step is what the ingredient adds when everything is tuned "
        "with it. Filled: shown at Holm's adjusted p."
    )


def alt(table: pd.DataFrame, comparison: Comparison) -> str:
    """Return the picture in words."""
    listed = [
        f"{row['adds']} ({row['arm']} after {row['before']}) {fmt.difference(row['difference'])} "
        f"({fmt.interval((row['low'], row['high']), fmt.difference)})"
        for _, row in table.iterrows()
    ]
    return f"Steps of the ladder and what each adds: {'; '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return the steps that have a difference, see `ladder_table`."""
    return ladder_table(comparison.ladder).dropna(subset=["difference"])


def draw(table: pd.DataFrame, comparison: Comparison) -> Figure:
    """Draw a row a step, the first on top."""
    colours = colours_of(comparison)
    alpha = 1 - comparison.data.settings.confidence
    figure = new_figure(height_inches=1.0 + 0.6 * len(table))
    axes = figure.subplots()
    for height, (_, row) in enumerate(table.iterrows()):
        shown = row["adjusted_p"] is not None and row["adjusted_p"] < alpha
        spread = (
            [[row["difference"] - row["low"]], [row["high"] - row["difference"]]]
            if pd.notna(row["low"])
            else None
        )
        axes.errorbar(
            [row["difference"]],
            [height],
            xerr=spread,
            fmt="o",
            color=colours[row["arm"]],
            markerfacecolor=colours[row["arm"]] if shown else "white",
            capsize=4,
            markersize=8,
        )
    axes.axvline(0, color="#4d4d4d", linewidth=1)
    labels = [
        f"+ {row['adds']}\n{drawn(row['before'])} \N{RIGHTWARDS ARROW} {drawn(row['arm'])}"
        for _, row in table.iterrows()
    ]
    axes.set_yticks(range(len(table)), labels)
    axes.set_ylim(len(table) - 0.5, -0.5)
    objective = comparison.data.settings.objective_words
    style_axes(axes, xlabel=f"difference in test {objective}", ylabel="")
    return figure
