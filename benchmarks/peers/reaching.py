"""When a mean over seeds counts as having reached another."""

from collections.abc import Sequence
from statistics import mean, variance


def reaches(values: Sequence[float], level: Sequence[float]) -> bool:
    """Whether the mean of `values` is at most half a standard error of the difference below that of `level`.

    So neither side is favoured: values that are as good as the level in truth are held back as often, 3 times in 10,
    as values are let through that are a standard error worse. Asking for the level itself would hold half of the
    equally good ones back, and the side that sets the level can't miss it.

    Args:
        values: One a seed, two or more.
        level: Likewise, of the side that sets the level.
    """
    error = (variance(values) / len(values) + variance(level) / len(level)) ** 0.5
    return mean(values) >= mean(level) - error / 2
