"""Panels side by side, one an arm, for figures of many arms."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.drawn_text import drawn
from analysis.figures.style import new_figure

MAX_COLUMNS = 4


def panel_grid(
    num_panels: int, *, height_inches: float | None = None, sharex: bool = True, sharey: bool = True
) -> tuple[Figure, list[Axes]]:
    """Return a figure and its panels, row by row, up to MAX_COLUMNS in each row and rows of equal length.

    Args:
        num_panels: At least 1.
        height_inches: Of a row; by itself a single row is higher than one of several.
        sharex: Whether panels have one horizontal axis.
        sharey: Whether panels have one vertical axis.
    """
    num_rows = -(-num_panels // MAX_COLUMNS)
    num_columns = -(-num_panels // num_rows)
    row_height = height_inches or (3.7 if num_rows == 1 else 2.2)
    figure = new_figure(height_inches=row_height * num_rows + 0.3)
    grid = list(figure.subplots(num_rows, num_columns, sharex=sharex, sharey=sharey, squeeze=False).flat)
    for unused in grid[num_panels:]:
        unused.remove()
    for lowest in grid[max(0, num_panels - num_columns) : num_panels]:
        lowest.tick_params(labelbottom=True)
    return figure, grid[:num_panels]


def title_panel(axes: Axes, title: str, *, colour: str = "#222222", num_panels: int) -> None:
    """Write a panel's title, smaller where panels are."""
    axes.set_title(
        drawn(title), color=colour, fontweight="bold", fontsize=11 if num_panels <= MAX_COLUMNS else 9
    )
