"""Sensitivity and specificity at a threshold, and the threshold of a specificity."""

import math

import numpy as np

from trainables.objectives.images import Floats, OneClass


def threshold_at(one: OneClass, *, specificity: float) -> float:
    """Return the lowest score above which at most a share of 1 - `specificity` of the negatives lies.

    It is a negative's score: images that score higher are called positive.

    Args:
        one: The positive class on the split that chooses, the validation split.
        specificity: The least, in (0, 1).
    """
    negatives = np.sort(one.scores[~one.truth])
    # Rounded, or 0.95 of 20 negatives would be 19.000000000000004 of them.
    least = math.ceil(round(specificity * len(negatives), 9))
    return float(negatives[least - 1])


def sensitivity(one: OneClass, *, threshold: float) -> float:
    """Return the share of the positives that score above the threshold."""
    return float((one.scores[one.truth] > threshold).mean())


def specificity(one: OneClass, *, threshold: float) -> float:
    """Return the share of the negatives that do not score above the threshold."""
    return float((one.scores[~one.truth] <= threshold).mean())


def influence(one: OneClass, *, threshold: float) -> Floats:
    """Return the derivative of the sensitivity by each image's weight, the threshold held."""
    hits = np.where(one.truth, (one.scores > threshold) - sensitivity(one, threshold=threshold), 0.0)
    found: Floats = hits / one.truth.sum()
    return found
