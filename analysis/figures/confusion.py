"""Confusion matrix of the best arm."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.comparison import Comparison
from analysis.figures.drawn_text import drawn
from analysis.figures.style import new_figure, style_axes
from analysis.loading.image_values import is_label_set
from analysis.wording import number_format as fmt

name = "confusion"
section = "confusions"

_MAX_CLASSES_WITH_NUMBERS = 15


def title(comparison: Comparison) -> str:
    """Return the figure's title."""
    return f"What {winning_arm(comparison)} confuses"


def caption(_: Comparison) -> str:
    """Return what is to be seen."""
    return (
        "Test images of all its confirmation runs together. The arm is the one with the best mean"
        " final validation objective."
    )


def alt(table: pd.DataFrame, comparison: Comparison) -> str:
    """Return the picture in words."""
    right = table.to_numpy().diagonal()
    listed = [
        f"{name} {fmt.percent(share)}"
        for name, share in zip(comparison.data.metadata.classes, right, strict=True)
    ]
    return f"Map of true against predicted classes. Told right: {', '.join(listed)}."


def table(comparison: Comparison) -> pd.DataFrame:
    """Return the winning arm's shares; no rows without predictions of it, without classes' names, or of label sets."""
    arm, classes = winning_arm(comparison), comparison.data.metadata.classes
    known = comparison.data.predictions
    if (
        is_label_set(known["label"])
        or arm is None
        or not classes
        or not ((known["arm"] == arm) & known["overall"].astype(bool)).any()
    ):
        return pd.DataFrame()
    return confusion_table(known, arm=arm, num_classes=len(classes))


def draw(table: pd.DataFrame, comparison: Comparison) -> Figure:
    """Draw the shares as a map, with numbers where there are few enough classes to read them."""
    side = min(7.0, 2.2 + 0.42 * len(table))
    figure = new_figure(height_inches=side, width_inches=side + 1.6)
    axes = figure.subplots()
    image = axes.imshow(table.to_numpy(), cmap="Blues", vmin=0, vmax=1)
    figure.colorbar(image, ax=axes, label="share of the true class", shrink=0.85)
    style_axes(axes, xlabel="predicted", ylabel="true")
    axes.grid(visible=False)
    if len(table) <= _MAX_CLASSES_WITH_NUMBERS:
        _write_numbers(axes, table, names=list(map(drawn, comparison.data.metadata.classes)))
    return figure


def winning_arm(comparison: Comparison) -> str | None:
    """Return the arm with the best mean final validation objective: the test split chooses nothing."""
    overall = comparison.arms[comparison.arms["architecture"].isna()].dropna(subset=["val_mean"])
    return None if overall.empty else str(overall.sort_values("val_mean", kind="stable")["arm"].iloc[-1])


def confusion_table(predictions: pd.DataFrame, *, arm: str, num_classes: int) -> pd.DataFrame:
    """Return the shares of each true class (rows) given to each class (columns), over all seeds of an arm.

    A class without test images has NaN in its row.
    """
    rows = predictions[(predictions["arm"] == arm) & predictions["overall"].astype(bool)]
    counts = np.zeros((num_classes, num_classes))
    np.add.at(counts, (rows["label"].to_numpy(dtype=int), rows["predicted"].to_numpy(dtype=int)), 1)
    totals = counts.sum(axis=1, keepdims=True)
    return pd.DataFrame(np.divide(counts, totals, out=np.full_like(counts, np.nan), where=totals > 0))


def _write_numbers(axes: Axes, table: pd.DataFrame, *, names: list[str]) -> None:
    axes.set_xticks(range(len(table)), names, rotation=30, ha="right")
    axes.set_yticks(range(len(table)), names)
    for (row, column), share in np.ndenumerate(table.to_numpy()):
        colour = "white" if share > 0.55 else "#333333"
        text = "" if np.isnan(share) else f"{share:.2f}"
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=8)
