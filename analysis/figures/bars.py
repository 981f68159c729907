"""Stacked bars, one a row: the parts of a whole."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.drawn_text import drawn
from analysis.figures.style import style_axes


def stack_bars(axes: Axes, table: pd.DataFrame, *, parts: Mapping[str, tuple[str, str]], xlabel: str) -> None:
    """Draw a bar for each row, the first one on top, named after the table's index.

    Args:
        axes: Where; a legend is for the caller to place.
        table: A column for each part, in the unit that `xlabel` names.
        parts: Label and colour of each column, from left to right.
        xlabel: What the bars' length is.
    """
    heights, left = np.arange(len(table))[::-1], np.zeros(len(table))
    for column, (label, colour) in parts.items():
        axes.barh(
            heights,
            table[column],
            left=left,
            color=colour,
            label=drawn(label),
            height=0.65,
            edgecolor="white",
        )
        left = left + table[column].to_numpy()
    axes.set_yticks(heights, list(map(drawn, table.index)))
    axes.set_ylim(-0.6, len(table) - 0.4)
    style_axes(axes, xlabel=xlabel, ylabel="")
    axes.grid(visible=False, axis="y")
