"""Final test objective of every arm: each seed, the mean and its interval."""

import pandas as pd
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.drawn_text import drawn
from analysis.figures.style import are_distinct, colours_of, new_figure, style_axes
from analysis.wording import number_format as fmt

name = "final_test"
section = "confirmation"


def title(_: Comparison) -> str:
    """Return the figure's title."""
    return "What the runs end with"


def caption(comparison: Comparison) -> str:
    """Return what is to be seen; the runs of one seed are joined where there are few arms."""
    return (
        "Test objective, measured once. Dots: seeds"
        + (", joined where they share one" if are_distinct(colours_of(comparison)) else "")
        + ". Diamonds: the arm's mean, from three seeds on with its t interval over seeds; arms are compared by the "
        "paired differences in the table, not by the overlap of these intervals."
    )


def alt(table: pd.DataFrame, comparison: Comparison) -> str:
    """Return the picture in words."""
    listed = [
        f"{arm} {fmt.fraction(mean)}" for arm, mean in zip(table["arm"], table["test_mean"], strict=True)
    ]
    return f"Points of every seed's final test objective by arm. Means: {', '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return the rows of `comparison.arms` of the overall winners that have a mean."""
    arms = comparison.arms
    return arms[arms["architecture"].isna() & arms["test_mean"].notna()]


def draw(table: pd.DataFrame, comparison: Comparison) -> Figure:
    """Draw one row an arm; a grey line joins the runs of one seed, unless arms are too many to follow it."""
    objective, colours = comparison.data.settings.objective_words, colours_of(comparison)
    arms = list(table["arm"])
    rows = {arm: len(arms) - 1 - index for index, arm in enumerate(arms)}
    runs = comparison.confirmations
    runs = runs[runs["overall"].astype(bool) & runs["final_test"].notna() & runs["arm"].isin(arms)]
    few = are_distinct(colours)
    figure = new_figure(height_inches=1.4 + (0.75 if few else 0.55) * len(arms))
    axes = figure.subplots()
    for _, pair in runs.groupby("seed") if few else ():
        heights = [rows[arm] - 0.12 for arm in pair["arm"]]
        ordered = sorted(zip(heights, pair["final_test"], strict=True))
        axes.plot([x for _, x in ordered], [y for y, _ in ordered], color="#d0d0d0", linewidth=0.8, zorder=1)
    for arm, value in zip(runs["arm"], runs["final_test"], strict=True):
        axes.plot(value, rows[arm] - 0.12, "o", color=colours[arm], markersize=5, alpha=0.55, zorder=2)
    for _, row in table.iterrows():
        height, colour = rows[row["arm"]] + 0.14, colours[row["arm"]]
        if not fmt.is_missing(row["test_low"]):
            axes.plot([row["test_low"], row["test_high"]], [height, height], color=colour, linewidth=2.2)
        axes.plot(row["test_mean"], height, "D", color=colour, markersize=7)
        label = fmt.fraction(row["test_mean"])
        axes.annotate(label, (row["test_mean"], height), (0, 8), textcoords="offset points", ha="center")
    axes.set_yticks(list(rows.values()), list(map(drawn, rows)))
    axes.set_ylim(-0.5, len(arms) - 0.35)
    style_axes(axes, xlabel=f"test {objective}", ylabel="")
    return figure
