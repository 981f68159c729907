"""Proportions of images with their intervals: of one class, and the mean over classes."""

import math
from collections.abc import Sequence

import numpy as np
from scipy import stats

from analysis.statistics.estimate import Spread, t_interval
from analysis.statistics.image_sample import ImageSample

CONFIDENCE = 0.95

Interval = tuple[float, float]


def wilson(hits: int, total: int, *, confidence: float = CONFIDENCE) -> Interval:
    """Return Wilson's score interval of a proportion; `total` is at least 1.

    Source: Wilson (1927), as SciPy has it.
    """
    found = stats.binomtest(hits, total).proportion_ci(confidence, method="wilson")
    return float(found.low), float(found.high)


def mean_of_proportions(
    hits: Sequence[int], totals: Sequence[int], *, confidence: float = CONFIDENCE
) -> Interval:
    """Return the interval of the mean of independent proportions, such as the recalls of the classes.

    Args:
        hits: Of each.
        totals: Of each, at least 1.
        confidence: Of the interval.

    Source: Zou & Donner (2008): the distances from each proportion to the ends of its own interval, here Wilson's, are
    added as variances are.
    """
    shares = [hit / total for hit, total in zip(hits, totals, strict=True)]
    ends = [wilson(hit, total, confidence=confidence) for hit, total in zip(hits, totals, strict=True)]
    below = math.hypot(*(share - low for share, (low, _) in zip(shares, ends, strict=True)))
    above = math.hypot(*(high - share for share, (_, high) in zip(shares, ends, strict=True)))
    mean = sum(shares) / len(shares)
    return max(0.0, mean - below / len(shares)), min(1.0, mean + above / len(shares))


def objective_interval(
    right: np.ndarray,
    labels: np.ndarray,
    *,
    groups: Sequence[str | None],
    balanced: bool,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Return the interval of one network's accuracy, or balanced accuracy, for other images like these.

    Where images belong to groups it is at least as wide as Student's t interval over the groups.

    Args:
        right: Whether each image was right, bool (I,).
        labels: Class of each image, (I,).
        groups: Name of each image's group; None for one that stands alone.
        balanced: Whether the objective is the mean of the classes' recalls.
        confidence: Of the interval.
    """
    if balanced:
        of_class = [right[labels == label] for label in np.unique(labels)]
        low, high = mean_of_proportions(
            [int(each.sum()) for each in of_class], [len(each) for each in of_class], confidence=confidence
        )
    else:
        low, high = wilson(int(right.sum()), len(right), confidence=confidence)
    if all(group is None for group in groups):
        return low, high
    sample = ImageSample.of(groups=groups, labels=labels, balanced=balanced)
    table = right.astype(float)[None]
    error = math.sqrt(float((sample.residual_totals(table) ** 2).sum()))
    by_group = t_interval(
        float(sample.means(table)[0]), Spread(standard_error=error, df=sample.df), confidence=confidence
    )
    return min(low, max(0.0, by_group[0])), max(high, min(1.0, by_group[1]))
