"""Ratio of two arms' times with a delete-one jackknife interval."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.statistics.estimate import Estimate, Spread, t_estimate
from analysis.statistics.paired import SAME


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """How many times as fast as the reference: the geometric mean of the pairs' ratios, reference / arm.

    Attributes:
        value: Above 1 where the arm is faster.
        low: Lower end of the interval; None where there is none.
        high: Upper end of the interval; None where there is none.
        log: The same on natural logarithms, where it was computed.
    """

    value: float
    low: float | None
    high: float | None
    log: Estimate


def jackknifed_ratio(logs: Sequence[float], without: Sequence[float], *, confidence: float) -> Ratio | None:
    """Return the geometric mean of the pairs' ratios with a delete-one jackknife's t interval; None without pairs.

    Pairs are not independent where each is held to a target that the others set. So the spread is that of the whole
    estimate under leaving out one pair after the other, from the targets on. Where targets are fixed, that is the
    paired t interval of the logarithms, to the digit.

    Args:
        logs: The logarithm of reference / arm of each pair.
        without: The mean of the logarithms as it would have been without one pair, for each pair that is compared or
            sets a target; NaN where without that pair nothing could be compared. One such pair, and there is no
            interval.
        confidence: Level of the interval.

    Source: Tukey (1958); Efron & Tibshirani (1993), ch. 11.
    """
    if not len(logs):
        return None
    log = t_estimate(
        float(np.mean(np.sort(logs))),
        _spread(np.sort(np.asarray(without, dtype=float))),
        num_pairs=len(logs),
        confidence=confidence,
        method="delete-one jackknife over seeds, on logarithms",
    )
    return Ratio(value=float(np.exp(log.mean)), low=_exp(log.low), high=_exp(log.high), log=log)


def widened(ratio: Ratio, factor: float) -> Ratio:
    """Return the same ratio with the standard error of its logarithm `factor` times as large."""
    log = ratio.log
    if log.spread is None:
        return ratio
    wider = replace(log.spread, standard_error=factor * log.spread.standard_error)
    log = t_estimate(
        log.mean, wider, num_pairs=log.num_pairs, confidence=log.confidence, method=f"{log.method}, corrected"
    )
    return Ratio(value=ratio.value, low=_exp(log.low), high=_exp(log.high), log=log)


def _spread(without: np.ndarray) -> Spread | None:
    size = len(without)
    if size < 2 or np.isnan(without).any():
        return None
    if float(np.ptp(without)) <= SAME:
        return Spread(standard_error=0.0, df=size - 1)
    squares = float(((without - without.mean()) ** 2).sum())
    return Spread(standard_error=((size - 1) / size * squares) ** 0.5, df=size - 1)


def _exp(value: float | None) -> float | None:
    return None if value is None else float(np.exp(min(value, 700.0)))
