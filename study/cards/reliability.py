"""Reliability: how often answers of a confidence are right, before and after a temperature."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.figures.style import COLOURS, REFERENCE_COLOUR, new_figure, style_axes
from analysis.statistics.proportion import wilson

NUM_BINS = 10


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Answers of about the same confidence."""

    confidence: float
    right: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """Probabilities of one split against what was true.

    Attributes:
        split: The images: "test", or "validation".
        num_images: Their number.
        error_before: Expected calibration error over 15 bins without the temperature, in [0, 1].
        error_after: With it.
        loss_before: Log loss, in nats.
        loss_after: With the temperature.
        before: Answers by confidence, without the temperature.
        after: With it.
    """

    split: str
    num_images: int
    error_before: float
    error_after: float
    loss_before: float
    loss_after: float
    before: tuple[Bin, ...]
    after: tuple[Bin, ...]


def bins_of(probabilities: np.ndarray, labels: np.ndarray) -> tuple[Bin, ...]:
    """Return the answers in `NUM_BINS` bins of equal width by confidence; empty ones are left out."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == labels
    index = np.minimum((confidence * NUM_BINS).astype(int), NUM_BINS - 1)
    return tuple(
        Bin(
            confidence=float(confidence[index == number].mean()),
            right=int(right[index == number].sum()),
            total=int((index == number).sum()),
        )
        for number in np.unique(index)
    )


def reliability_of(before: np.ndarray, after: np.ndarray, labels: np.ndarray, *, split: str) -> Reliability:
    """Return the reliability of probabilities (N, K) without and with a temperature, against what was true, (N,)."""
    import torch

    from trainables.loop.metrics import measure_probabilities

    true = torch.from_numpy(np.asarray(labels))
    one, other = (measure_probabilities(torch.from_numpy(each), true) for each in (before, after))
    assert one.calibration_error is not None
    assert other.calibration_error is not None
    return Reliability(
        split=split,
        num_images=len(labels),
        error_before=one.calibration_error,
        error_after=other.calibration_error,
        loss_before=one.loss,
        loss_after=other.loss,
        before=bins_of(before, labels),
        after=bins_of(after, labels),
    )


def draw_reliability(reliability: Reliability, path: Path) -> None:
    """Draw both to a PNG: share that is right over confidence, with intervals, beside the line of honest answers."""
    figure = new_figure(height_inches=4.4)
    axes = figure.subplots(1, 2, sharey=True)
    parts = (
        ("before", reliability.before, reliability.error_before, REFERENCE_COLOUR),
        ("with the temperature", reliability.after, reliability.error_after, COLOURS[0]),
    )
    for axis, (name, bins, error, colour) in zip(axes, parts, strict=True):
        style_axes(axis, xlabel="confidence", ylabel="share that is right")
        axis.plot([0, 1], [0, 1], color="#999999", linewidth=1, linestyle="--")
        shares = np.array([each.right / each.total for each in bins])
        ends = np.array([wilson(each.right, each.total) for each in bins])
        axis.errorbar(
            [each.confidence for each in bins],
            shares,
            yerr=np.maximum(0.0, [shares - ends[:, 0], ends[:, 1] - shares]),
            fmt="o",
            color=colour,
            markersize=5,
            capsize=2,
        )
        axis.set_title(f"{name}: calibration error {error:.3f}", fontsize=10)
        axis.set_xlim(0, 1.02)
        axis.set_ylim(0, 1.02)
    figure.suptitle(f"{reliability.num_images} {reliability.split} images; bars: 95 % intervals", fontsize=10)
    figure.savefig(path, format="png")
