"""Points of a range test's curve that rules go by. They are found by their place in the curve, an index.

All take the smoothed losses at rising rates, at least two.
"""

from collections.abc import Sequence

import numpy as np


def least(smoothed: Sequence[float]) -> int:
    """Return where the loss is least; the first of equals."""
    return int(np.argmin(smoothed))


def steepest(smoothed: Sequence[float], rates: Sequence[float]) -> int:
    """Return where the loss falls most for a step of log rate, up to where it is least.

    Source: fastai's `steep`. Departures: it looks past the minimum, too, where an exploding loss bounces; and it
    leaves out the first tenth of the steps, here the first decade of the rates, where the mean is of few batches.
    """
    end = least(smoothed) + 1
    first = min(int(np.searchsorted(rates, 10 * rates[0])), end - 2)
    if first < 0:
        return 0
    slopes = np.diff(smoothed[first:end]) / np.diff(np.log(rates[first:end]))
    return first + int(np.argmin(slopes))


def valley(smoothed: Sequence[float]) -> int:
    """Return the middle of the longest stretch of falling loss.

    The stretch is the longest strictly decreasing subsequence, the first of equals; as many steps long as it has
    members, up to its last one.

    Source: fastai's `valley`, which is described as two thirds into the valley; its code goes a third and half
    a third, that is, half.
    """
    lengths = [1] * len(smoothed)
    for i in range(len(smoothed)):
        lengths[i] = 1 + max((lengths[j] for j in range(i) if smoothed[j] > smoothed[i]), default=0)
    end = int(np.argmax(lengths))
    third = lengths[end] / 3
    return max(0, end - lengths[end] + int(third) + int(third / 2))


def fallen(smoothed: Sequence[float], *, start: float, share: float) -> int:
    """Return where the loss has first fallen by `share`, in (0, 1], of its way from `start` to its least."""
    level = start - share * (start - min(smoothed))
    return int(np.argmax(np.asarray(smoothed) <= level))


def risen(smoothed: Sequence[float], *, start: float, share: float) -> int:
    """Return where the loss, past its least, has first risen by `share` of the way back to `start`.

    Where it never has, that is the last place: the next step's loss was not finite.
    """
    past = least(smoothed)
    level = smoothed[past] + share * (start - smoothed[past])
    above = np.flatnonzero(np.asarray(smoothed[past:]) > level)
    return past + int(above[0]) if len(above) else len(smoothed) - 1
