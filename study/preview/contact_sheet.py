"""The contact sheet of a plan: images as they are and as the network will see them."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.figures.drawn_text import PlainFigure, drawn
from trainables.data.views import View

NUM_IMAGES = 24
PAIRS_A_ROW = 4
MAX_LABEL = 20
"""Characters of a class name that are shown."""


def draw_contact_sheet(views: Sequence[View], path: Path, *, fit: str) -> None:
    """Draw every image before and after, side by side, to a PNG; what is left out of the square is shaded.

    Args:
        views: What to draw, one at least.
        path: Place of the PNG.
        fit: How images become squares, for the title.
    """
    num_rows = -(-len(views) // PAIRS_A_ROW)
    figure = PlainFigure(figsize=(3.0 * PAIRS_A_ROW, 1.75 * num_rows + 0.7), layout="constrained")
    axes = figure.subplots(num_rows, 2 * PAIRS_A_ROW, squeeze=False)
    for axis in axes.flat:
        axis.axis("off")
    for number, view in enumerate(views):
        row, column = divmod(number, PAIRS_A_ROW)
        before, after = axes[row, 2 * column], axes[row, 2 * column + 1]
        _draw_original(before, view)
        stored = view.stored
        after.imshow(stored[..., 0] if stored.shape[-1] == 1 else stored, cmap="gray", vmin=0, vmax=255)
        before.set_title(f"{view.split}: {_short(view.label)}", fontsize=7, loc="left")
    size = views[0].stored.shape[0]
    figure.suptitle(
        f"Left: the image. Right: what the network sees, {size}x{size} px (fit: {fit}), before augmentation. Of each "
        "class and split the least square come first.",
        fontsize=8,
    )
    figure.savefig(path, format="png", dpi=110)


def _draw_original(axis: Axes, view: View) -> None:
    axis.imshow(view.original, cmap="gray", vmin=0, vmax=255)
    left, top, right, bottom = view.kept
    width, height = view.original.size
    for corner, wide, high in (
        ((0, 0), left, height),
        ((right, 0), width - right, height),
        ((0, 0), width, top),
        ((0, bottom), width, height - bottom),
    ):
        if wide > 0 and high > 0:
            place = (corner[0] - 0.5, corner[1] - 0.5)
            axis.add_patch(Rectangle(place, wide, high, color="white", alpha=0.65, linewidth=0))
    axis.add_patch(
        Rectangle(
            (left - 0.5, top - 0.5), right - left, bottom - top, fill=False, color="tab:red", linewidth=1.2
        )
    )


def _short(name: str) -> str:
    seen = drawn(name)
    return seen if len(seen) <= MAX_LABEL else f"{seen[: MAX_LABEL - 1]}…"
