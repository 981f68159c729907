"""Learning curves of many arms: a panel each, with the reference behind it."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.curves import mean_curve, reference_level
from analysis.figures.panels import panel_grid, title_panel
from analysis.figures.style import style_axes


def draw_curve_panels(curves: pd.DataFrame, *, comparison: Comparison, colours: Mapping[str, str]) -> Figure:
    """Draw every other arm's curves over the reference's mean, on common axes."""
    settings = comparison.evidence.settings
    reference = settings.reference
    means = mean_curve(curves)
    shown = [arm for arm in colours if (curves["arm"] == arm).any()]
    arms = [arm for arm in shown if arm != reference] or shown
    figure, panels = panel_grid(len(arms))
    level = reference_level(comparison)
    for axes, arm in zip(panels, arms, strict=True):
        behind = means[means["arm"] == reference]
        axes.plot(behind["seconds"], behind["value"], color=colours[reference], linewidth=1.4, alpha=0.6)
        if level is not None:
            axes.axhline(level, color=colours[reference], linestyle=(0, (4, 3)), linewidth=0.8)
        _draw_arm(axes, curves[curves["arm"] == arm], means[means["arm"] == arm], colour=colours[arm])
        title_panel(axes, arm, colour=colours[arm], num_panels=len(arms))
        style_axes(axes, xlabel="", ylabel="")
    panels[0].set_xlim(left=0)
    figure.supxlabel("seconds that the run cost", fontsize=10)
    figure.supylabel(f"validation {settings.objective.replace('_', ' ')}", fontsize=10)
    return figure


def _draw_arm(axes: Axes, curves: pd.DataFrame, mean: pd.DataFrame, *, colour: str) -> None:
    for _, run in curves.groupby("run"):
        axes.plot(run["seconds"], run["value"], color=colour, linewidth=0.7, alpha=0.5)
    axes.plot(mean["seconds"], mean["value"], color=colour, linewidth=1.8)
    ends = mean[mean["cycle_ended"]]
    axes.plot(ends["seconds"], ends["value"], "o", color=colour, markersize=3.5)
