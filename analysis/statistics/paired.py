"""Paired t interval of a mean difference."""

from collections.abc import Sequence

import numpy as np

from analysis.statistics.estimate import Estimate, Spread, t_estimate

SAME = 1e-12
"""Differences closer than this are the same number in another order of additions."""


def paired_t(differences: Sequence[float], *, confidence: float) -> Estimate | None:
    """Return the mean of paired differences with its t interval.

    Args:
        differences: One for each pair, all measured; their order does not matter.
        confidence: Level of the interval.

    Returns:
        None without pairs; an estimate without an interval for one pair; one of width 0, to be worded as
        degenerate, where all differences are equal.
    """
    if not len(differences):
        return None
    values = np.sort(np.asarray(differences, dtype=float))
    return t_estimate(
        float(values.mean()),
        _spread(values),
        num_pairs=len(values),
        confidence=confidence,
        method="paired t over seeds",
    )


def _spread(values: np.ndarray) -> Spread | None:
    if len(values) < 2:
        return None
    same = float(np.ptp(values)) <= SAME
    error = 0.0 if same else float(values.std(ddof=1)) / len(values) ** 0.5
    return Spread(standard_error=error, df=len(values) - 1)
