"""Interval of a mean over re-drawn splits, whose training sets overlap and whose test images recur."""

from collections.abc import Sequence

import numpy as np

from analysis.statistics.estimate import Estimate, Spread, t_estimate
from analysis.statistics.paired import SAME


def resampled_estimate(values: Sequence[float], *, test_share: float, confidence: float) -> Estimate | None:
    """Return the mean over splits with its corrected t interval.

    Splits of the same images are not independent, so the variance of their mean is more than S^2 / k. Their
    correlation can't be estimated from them; it is set to the share of the images that a test split takes, which makes
    the variance S^2 (1 / k + share / (1 - share)), with k - 1 degrees of freedom. share / (1 - share) is the source's
    n_test / n_train. What it covers: docs/evidence.md.

    Args:
        values: One for each split, all measured: a mean over its seeds. Their order does not matter.
        test_share: Share of the images that were drawn from, above 0 and below 1, that a test split takes.
        confidence: Level of the interval.

    Returns:
        None without splits; an estimate without an interval for one.

    Source: Nadeau & Bengio (2003), Inference for the generalization error, eq. 10 and 13.
    """
    if not len(values):
        return None
    ordered = np.sort(np.asarray(values, dtype=float))
    spread = None
    if len(ordered) > 1:
        same = float(np.ptp(ordered)) <= SAME
        alone = 0.0 if same else float(ordered.std(ddof=1)) / len(ordered) ** 0.5
        error = alone * widening(len(ordered), test_share=test_share)
        spread = Spread(standard_error=error, df=len(ordered) - 1)
    return t_estimate(
        float(ordered.mean()),
        spread,
        num_pairs=len(ordered),
        confidence=confidence,
        method="corrected t over splits",
    )


def widening(num_splits: int, *, test_share: float) -> float:
    """Return by how much the standard error of a mean over splits exceeds that of independent ones."""
    factor: float = (1 + num_splits * test_share / (1 - test_share)) ** 0.5
    return factor
