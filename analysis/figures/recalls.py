"""How well each class is found, arm by arm beside the reference."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.drawn_text import drawn
from analysis.figures.panels import panel_grid, title_panel
from analysis.figures.style import style_axes
from analysis.findings.recalls import mean_recalls

MAX_CLASSES = 25
"""Of more classes the figure shows those that are found worst."""

_APART = 0.16


def shown_recalls(recalls: pd.DataFrame) -> pd.DataFrame:
    """Return the overall winners' recalls by class, as `mean_recalls` gives, of up to MAX_CLASSES classes.

    The classes are those with the lowest recall on average over arms, in the order of their index.
    """
    means = mean_recalls(recalls[recalls["architecture"].isna()])
    worst = means.groupby("class_index")["mean"].mean().nsmallest(MAX_CLASSES).index
    return means[means["class_index"].isin(worst)].sort_values(
        "class_index", kind="stable", ignore_index=True
    )


def draw_recalls(shown: pd.DataFrame, *, reference: str, colours: Mapping[str, str]) -> Figure:
    """Draw a panel an arm: a row a class, its mean recall and its range over seeds, the reference's in grey."""
    names = shown.drop_duplicates("class_index").set_index("class_index")["class_name"]
    rows = {index: len(names) - 1 - position for position, index in enumerate(names.index)}
    arms = [arm for arm in colours if (shown["arm"] == arm).any()]
    others = [arm for arm in arms if arm != reference] or arms
    figure, panels = panel_grid(len(others), height_inches=0.9 + 0.23 * max(len(names), 4))
    for axes, arm in zip(panels, others, strict=True):
        beside = [name for name in dict.fromkeys((reference, arm)) if name in arms]
        for name in beside:
            up = 0.0 if len(beside) == 1 else _APART if name == arm else -_APART
            _draw_arm(axes, shown[shown["arm"] == name], rows=rows, up=up, colour=colours[name])
        axes.set_yticks(list(rows.values()), list(map(drawn, names)))
        axes.set_ylim(-0.6, len(names) - 0.4)
        title_panel(axes, arm, colour=colours[arm], num_panels=len(others))
        style_axes(axes, xlabel="", ylabel="")
    figure.supxlabel("recall on the test split", fontsize=10)
    return figure


def _draw_arm(axes: Axes, recalls: pd.DataFrame, *, rows: Mapping[int, int], up: float, colour: str) -> None:
    heights = recalls["class_index"].map(rows) + up
    axes.hlines(heights, recalls["lowest"], recalls["highest"], color=colour, linewidth=1.6, alpha=0.6)
    axes.plot(recalls["mean"], heights, "o", color=colour, markersize=4.5)
