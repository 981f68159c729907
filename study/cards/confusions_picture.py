"""Picture of the classes that a model confuses most, with images of each."""

from pathlib import Path

import numpy as np

from analysis.figures.drawn_text import PlainFigure, drawn
from study.cards.answers import Answers

MAX_PAIRS, MAX_IMAGES = 5, 6


def draw_confusions(tested: Answers, images: np.ndarray, path: Path) -> None:
    """Draw the most confused pairs to a PNG, a row each, the surest mistakes first.

    Args:
        tested: The answers, of which one at least is wrong.
        images: The test images as the network saw them, uint8 (I, H, W, C).
        path: Place of the PNG.
    """
    pairs = tested.confused(MAX_PAIRS)
    figure = PlainFigure(figsize=(1.5 * MAX_IMAGES, 1.75 * len(pairs)), layout="constrained")
    rows = np.atleast_1d(np.asarray(figure.subfigures(len(pairs), 1)))
    for row, pair in zip(rows, pairs, strict=True):
        true, said = (drawn(tested.classes[index]) for index in (pair.true, pair.predicted))
        row.suptitle(
            f"{true}, taken for {said}: {len(pair.images)} of {pair.total}", fontsize=9, x=0.01, ha="left"
        )
        axes = row.subplots(1, MAX_IMAGES)
        for axis in axes:
            axis.axis("off")
        for axis, place in zip(axes, pair.images, strict=False):
            image = images[place]
            axis.imshow(image[..., 0] if image.shape[-1] == 1 else image, cmap="gray", vmin=0, vmax=255)
            axis.set_title(f"p(true) {tested.true_probability[place]:.2f}", fontsize=7)
    figure.savefig(path, format="png", dpi=110)
