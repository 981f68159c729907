"""The area under the receiver operating characteristic."""

import numpy as np

from trainables.objectives.images import Floats, OneClass
from trainables.objectives.measure import Measure


def auroc(one: OneClass) -> float:
    """Return the share of pairs of a positive and a negative of which the positive scores higher, a tie being half.

    Source: Hanley & McNeil (1982).
    """
    of_positives, _ = _placements(one)
    return float(of_positives.mean())


def influence(one: OneClass) -> Floats:
    """Return the derivative by each image's weight: how far its placement is from the mean, over its class's images.

    Source: DeLong, DeLong & Clarke-Pearson (1988), the structural components.
    """
    of_positives, of_negatives = _placements(one)
    value = of_positives.mean()
    found = np.empty(len(one.scores))
    found[one.truth] = (of_positives - value) / len(of_positives)
    found[~one.truth] = (of_negatives - value) / len(of_negatives)
    return found


def _placements(one: OneClass) -> tuple[Floats, Floats]:
    """Return of each positive the share of negatives below it, of each negative that of positives above it."""
    positives, negatives = one.scores[one.truth], one.scores[~one.truth]
    return _share_below(positives, np.sort(negatives)), 1 - _share_below(negatives, np.sort(positives))


def _share_below(scores: Floats, others: Floats) -> Floats:
    """Return the share of sorted `others` below each score, ties counted half."""
    low, high = np.searchsorted(others, scores, "left"), np.searchsorted(others, scores, "right")
    share: Floats = (low + high) / (2 * len(others))
    return share


MEASURE = Measure(
    name="auroc",
    words="macro AUROC",
    words_of_one="AUROC",
    needs="images with it and images without it",
    is_measured=lambda one: bool(one.truth.any() and not one.truth.all()),
    value=auroc,
    influence=influence,
    chance=lambda shares, one_class: 0.5,
)
