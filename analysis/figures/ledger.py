"""Where each arm's time went, as stacked bars."""

import pandas as pd
from matplotlib.figure import Figure

from analysis.figures.bars import stack_bars
from analysis.figures.style import new_figure

_PARTS = {
    "range_test_seconds": ("range test", "#E69F00"),
    "features_seconds": ("features", "#009E73"),
    "training_seconds": ("training", "#0072B2"),
    "shared_seconds": ("taken from other trials", "#56B4E9"),
    "validation_seconds": ("validation (not counted)", "#bdbdbd"),
    "waiting_seconds": ("waiting (not counted)", "#e0e0e0"),
}


_MANY_BARS = 12


def draw_ledger(ledger: pd.DataFrame) -> Figure:
    """Draw one bar an arm and stage; what does not count as a run's cost is grey."""
    figure = new_figure(height_inches=1.3 + (0.42 if len(ledger) <= _MANY_BARS else 0.28) * len(ledger))
    axes = figure.subplots()
    names = [f"{arm}, {stage}" for arm, stage in zip(ledger["arm"], ledger["stage"], strict=True)]
    shown = {column: part for column, part in _PARTS.items() if ledger[column].any()}
    stack_bars(axes, ledger[list(shown)].set_axis(names), parts=shown, xlabel="seconds, summed over runs")
    axes.legend(frameon=False, ncols=3, loc="lower left", bbox_to_anchor=(0, 1), fontsize=9)
    return figure
