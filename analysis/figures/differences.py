"""Differences of every arm to the reference, with the intervals by which they are judged and the margin as a band."""

import pandas as pd
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.drawn_text import drawn
from analysis.figures.style import colours_of, new_figure, style_axes
from analysis.wording import number_format as fmt

name = "differences"
section = "answer"

BAND = "#e0e0e0"


def title(comparison: Comparison) -> str:
    """Return the figure's title."""
    return f"Difference to {comparison.data.settings.reference} in test {_objective(comparison)}"


def caption(comparison: Comparison) -> str:
    """Return what is to be seen."""
    margin = fmt.margin(comparison.data.settings.margin)
    return (
        "Dots: mean over the pairs that both trained. Lines: the interval by which each is judged, adjusted for how "
        f"many questions and looks there were. Band: the margin of {margin}, within which arms count as practically "
        "the same. A line that lies right of 0 shows an arm better, one left of 0 worse, one in the band the "
        "same; any other decides nothing yet."
    )


def alt(table: pd.DataFrame, comparison: Comparison) -> str:
    """Return the picture in words."""
    listed = [
        f"{row['arm']} {fmt.difference(row['mean'])} ({fmt.difference_interval((row['low'], row['high']))})"
        for _, row in table.iterrows()
    ]
    return f"Differences to {comparison.data.settings.reference} with their intervals: {', '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return one row for each arm whose overall winner has a difference to the reference's, the greatest first.

    Columns: `arm`, `mean`, `low` and `high` of the interval as judged (NaN without one), `level` of it, `verdict`,
    `test`: the arm's own mean.
    """
    rows = [
        {
            "arm": contrast.pairing.arm,
            "mean": contrast.finals.headline.mean,
            "low": _end(contrast.final_result.interval, 0),
            "high": _end(contrast.final_result.interval, 1),
            "level": float("nan") if contrast.final_result.level is None else 1 - contrast.final_result.level,
            "verdict": contrast.final_result.verdict,
            "test": contrast.finals.arm_mean,
        }
        for contrast in comparison.contrasts
        if contrast.pairing.architecture is None and contrast.finals.headline is not None
    ]
    return pd.DataFrame(rows, columns=_COLUMNS).sort_values(
        "mean", ascending=False, kind="stable", ignore_index=True
    )


_COLUMNS = ["arm", "mean", "low", "high", "level", "verdict", "test"]


def draw(table: pd.DataFrame, comparison: Comparison) -> Figure:
    """Draw one row an arm, the best on top."""
    settings, colours = comparison.data.settings, colours_of(comparison)
    figure = new_figure(height_inches=1.3 + 0.5 * len(table))
    axes = figure.subplots()
    axes.axvspan(-settings.margin, settings.margin, color=BAND, linewidth=0)
    axes.axvline(0, color=colours[settings.reference], linewidth=1.2)
    for index, row in table.iterrows():
        height, colour = -float(str(index)), colours[row["arm"]]
        axes.plot([row["low"], row["high"]], [height, height], color=colour, linewidth=3)
        axes.plot(row["mean"], height, "o", color=colour, markersize=8)
    axes.set_yticks([-float(index) for index in range(len(table))], [drawn(arm) for arm in table["arm"]])
    axes.set_ylim(-len(table) + 0.4, 0.6)
    style_axes(
        axes, xlabel=f"test {_objective(comparison)}, difference to {drawn(settings.reference)}", ylabel=""
    )
    axes.set_xlim(max(-1.05, axes.get_xlim()[0]), min(1.05, axes.get_xlim()[1]))
    return figure


def _end(interval: tuple[float, float] | None, place: int) -> float:
    return float("nan") if interval is None else interval[place]


def _objective(comparison: Comparison) -> str:
    return comparison.data.settings.objective_words
