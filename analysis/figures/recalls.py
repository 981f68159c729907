"""Recall of each class, arm by arm beside the reference."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.drawn_text import drawn
from analysis.figures.panels import panel_grid, title_panel
from analysis.figures.style import colours_of, style_axes
from analysis.findings.recalls import mean_recalls
from analysis.wording import number_format as fmt

name = "recalls"
section = "details"

MAX_CLASSES = 25
"""Of more classes the figure shows those that are found worst."""

_APART = 0.16


def title(_: Comparison) -> str:
    """Return the figure's title."""
    return "How well each class is found"


def caption(comparison: Comparison) -> str:
    """Return what is to be seen, and which classes of many."""
    left_out = comparison.recalls["class_index"].nunique() > MAX_CLASSES
    return (
        "Recall on the test split. Dots: mean over seeds. Lines: from the lowest seed to the highest. Grey: "
        "the reference."
        + (f" The {MAX_CLASSES} classes that are found worst on average." if left_out else "")
    )


def alt(table: pd.DataFrame, _: Comparison) -> str:
    """Return the picture in words."""
    means = table.groupby("arm", sort=False)["mean"].agg(["min", "max"])
    listed = [
        f"{arm} {fmt.fraction(low)} to {fmt.fraction(high)}"
        for arm, low, high in zip(means.index, means["min"], means["max"], strict=True)
    ]
    return f"Recall of each class shown, by arm. From the worst to the best class: {', '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return the overall winners' recalls by class, as `mean_recalls` gives, of up to MAX_CLASSES classes.

    The classes are those with the lowest recall on average over arms, in the order of their index.
    """
    recalls = comparison.recalls
    means = mean_recalls(recalls[recalls["architecture"].isna()])
    worst = means.groupby("class_index")["mean"].mean().nsmallest(MAX_CLASSES).index
    return means[means["class_index"].isin(worst)].sort_values(
        "class_index", kind="stable", ignore_index=True
    )


def draw(table: pd.DataFrame, comparison: Comparison) -> Figure:
    """Draw a panel an arm: a row a class, its mean recall and its range over seeds, the reference's in grey."""
    reference, colours = comparison.data.settings.reference, colours_of(comparison)
    names = table.drop_duplicates("class_index").set_index("class_index")["class_name"]
    rows = {index: len(names) - 1 - position for position, index in enumerate(names.index)}
    arms = [arm for arm in colours if (table["arm"] == arm).any()]
    others = [arm for arm in arms if arm != reference] or arms
    figure, panels = panel_grid(len(others), height_inches=0.9 + 0.23 * max(len(names), 4))
    for axes, arm in zip(panels, others, strict=True):
        beside = [shown for shown in dict.fromkeys((reference, arm)) if shown in arms]
        for shown in beside:
            up = 0.0 if len(beside) == 1 else _APART if shown == arm else -_APART
            _draw_arm(axes, table[table["arm"] == shown], rows=rows, up=up, colour=colours[shown])
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
