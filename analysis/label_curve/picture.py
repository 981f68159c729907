"""Picture of a label curve: the objective against labels for every arm, with bands, and the next doubling dashed."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from analysis.figures.drawn_text import drawn
from analysis.figures.style import arm_colours, new_figure, style_axes
from analysis.label_curve.curve import LabelCurve

_POINTS = 60
_CAPTION = "Means of the confirmed runs, with bands for other seeds and other test images."


def draw(curve: LabelCurve) -> Figure:
    """Return the figure."""
    figure = new_figure(height_inches=4.6)
    axes = figure.subplots()
    colours = arm_colours(curve.settings.arms, reference=curve.settings.reference)
    for place, arm in enumerate(curve.settings.arms):
        measured = [(size, e) for size in curve.sizes if (e := curve.levels[size, arm].estimate) is not None]
        sizes, means = [size for size, _ in measured], [estimate.mean for _, estimate in measured]
        banded = [(s, e.low, e.high) for s, e in measured if e.low is not None and e.high is not None]
        colour = colours[arm]
        axes.plot(sizes, means, "o-", color=colour, linewidth=2, label=drawn(arm), zorder=3 + place)
        axes.fill_between(
            [s for s, _, _ in banded],
            [max(low, 0.0) for _, low, _ in banded],
            [min(high, 1.0) for _, _, high in banded],
            color=colour,
            alpha=0.15,
            linewidth=0,
        )
        if (doubling := curve.doublings[arm]) is not None:
            ahead = np.geomspace(curve.sizes[-1], 2 * curve.sizes[-1], _POINTS)
            start, law = means[-1], doubling.law
            rise = np.array([law.at(n) - law.at(curve.sizes[-1]) for n in ahead])
            axes.plot(ahead, start + rise, "--", color=colour, linewidth=1.4)
            ends = [start + doubling.low, start + doubling.high]
            axes.plot([ahead[-1]] * 2, ends, color=colour, linewidth=1.4, alpha=0.7)
    _scale(axes, curve)
    axes.legend(frameon=False, loc="lower right")
    style_axes(axes, xlabel="training images of a class (log scale)", ylabel=_objective(curve))
    return figure


def caption(curve: LabelCurve) -> str:
    """Return what is to be seen."""
    if all(doubling is None for doubling in curve.doublings.values()):
        return _CAPTION
    return f"{_CAPTION} Dashed: a power law carried on to twice the labels, with the interval of its rise."


def _objective(curve: LabelCurve) -> str:
    return f"test {curve.settings.objective_words}"


def _scale(axes: Axes, curve: LabelCurve) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator([*curve.sizes, 2 * curve.sizes[-1]]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
