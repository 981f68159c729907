"""Style that all figures share: size, colours that colour-blind readers can tell apart, a light grid."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis.comparison import Comparison
from analysis.figures.drawn_text import PlainFigure, drawn

REFERENCE_COLOUR = "#4d4d4d"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe & Ito's palette, without its yellow, which is too light for lines."""

WIDTH_INCHES = 9.0
DPI = 160


def new_figure(*, height_inches: float = 4.2, width_inches: float = WIDTH_INCHES) -> PlainFigure:
    """Return an empty figure that draws without a display and without pyplot's global state."""
    figure = PlainFigure(
        figsize=(width_inches, height_inches), dpi=DPI, layout="constrained", facecolor="white"
    )
    FigureCanvasAgg(figure)
    return figure


def style_axes(axes: Axes, *, xlabel: str, ylabel: str) -> None:
    """Label the axes and lighten everything that is not data."""
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.grid(visible=True, color="#e6e6e6", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#999999")
    axes.tick_params(color="#999999")


def colours_of(comparison: Comparison) -> dict[str, str]:
    """Return the colours of a study's arms, see `arm_colours`."""
    settings = comparison.data.settings
    return arm_colours(settings.arms, reference=settings.reference)


def arm_colours(arms: Sequence[str], *, reference: str) -> dict[str, str]:
    """Return a colour for every arm: grey for the reference, the palette in turn for the others.

    More arms than the palette has colours share them, so that only names tell them apart: see `are_distinct`.
    """
    others = [arm for arm in arms if arm != reference]
    colours = {arm: COLOURS[index % len(COLOURS)] for index, arm in enumerate(others)}
    return {reference: REFERENCE_COLOUR, **colours}


def are_distinct(colours: Mapping[str, str]) -> bool:
    """Return whether every arm has a colour of its own, so that one plot may hold them all."""
    return len(set(colours.values())) == len(colours)


def label_point(
    axes: Axes, text: str, point: tuple[float, float], *, colour: str, bold: bool = False
) -> None:
    """Write a label to the right of a point, in the colour of what it names."""
    axes.annotate(
        drawn(text),
        point,
        xytext=(8, 0),
        textcoords="offset points",
        color=colour,
        fontsize=10 if bold else 8,
        fontweight="bold" if bold else "normal",
        va="center",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.8},
    )


def spread_labels(points: Sequence[tuple[float, float]], *, gap: tuple[float, float]) -> list[float]:
    """Return heights for labels at points, in the same order: moved up until no two overlap.

    Args:
        points: Where the labels would stand.
        gap: Width and height that a label takes.
    """
    heights = [y for _, y in points]
    placed: list[int] = []
    for index in sorted(range(len(points)), key=lambda index: points[index][1]):
        near = [heights[i] for i in placed if abs(points[i][0] - points[index][0]) < gap[0]]
        heights[index] = max([heights[index], *(height + gap[1] for height in near)])
        placed.append(index)
    return heights
