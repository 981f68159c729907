"""The ledger of each arm's time, as stacked bars."""

import pandas as pd
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.bars import stack_bars
from analysis.figures.style import new_figure
from analysis.wording import number_format as fmt

name = "ledger"
section = "ledger"

_PARTS = {
    "range_test_seconds": ("range test", "#E69F00"),
    "features_seconds": ("features", "#009E73"),
    "training_seconds": ("training", "#0072B2"),
    "shared_seconds": ("taken from other trials", "#56B4E9"),
    "validation_seconds": ("validation (not counted)", "#bdbdbd"),
    "waiting_seconds": ("waiting (not counted)", "#e0e0e0"),
}

_MANY_BARS = 12


def title(_: Comparison) -> str:
    """Return the figure's title."""
    return "Where the time went"


def caption(_: Comparison) -> str:
    """Return what is to be seen."""
    return "Colours are what a run's cost is made of; grey is not counted in it."


def alt(table: pd.DataFrame, _: Comparison) -> str:
    """Return the picture in words."""
    listed = [
        f"{arm}, {stage} {fmt.seconds(seconds)} s"
        for arm, stage, seconds in zip(table["arm"], table["stage"], table["cost_seconds"], strict=True)
    ]
    return f"Bars of where the seconds went. Costs: {'; '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return the ledger."""
    return comparison.ledger


def draw(table: pd.DataFrame, _: Comparison) -> Figure:
    """Draw one bar an arm and stage; what does not count as a run's cost is grey."""
    figure = new_figure(height_inches=1.3 + (0.42 if len(table) <= _MANY_BARS else 0.28) * len(table))
    axes = figure.subplots()
    names = [f"{arm}, {stage}" for arm, stage in zip(table["arm"], table["stage"], strict=True)]
    shown = {column: part for column, part in _PARTS.items() if table[column].any()}
    stack_bars(axes, table[list(shown)].set_axis(names), parts=shown, xlabel="seconds, summed over runs")
    axes.legend(frameon=False, ncols=3, loc="lower left", bbox_to_anchor=(0, 1), fontsize=9)
    return figure
