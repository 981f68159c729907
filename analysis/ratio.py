"""The ratio of two arms' times, with an interval or a bound."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.bootstrap import MIN_PAIRS, bca
from analysis.estimate import Estimate, detectable_difference, t_bound, t_p_value
from analysis.paired import paired_t

Side = Literal["both", "at_least", "at_most"]


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """How many times as fast as the reference: the geometric mean of the pairs' ratios, reference / arm.

    Attributes:
        value: Above 1 where the arm is faster.
        low: Lower end of the interval, or the bound of `at_least`; None where there is none.
        high: Upper end of the interval, or the bound of `at_most`; None where there is none.
        side: "at_least" where only a lower bound can be given, "at_most" where only an upper one.
        log: The same on natural logarithms, where it was computed.
    """

    value: float
    low: float | None
    high: float | None
    side: Side
    log: Estimate


def paired_ratio(
    reference: Sequence[float], arm: Sequence[float], *, confidence: float, side: Side
) -> Ratio | None:
    """Return the ratio of paired positive times; None without pairs.

    Two-sided intervals are paired t on logarithms below MIN_PAIRS pairs, and BCa from there.
    """
    logs = np.log(np.asarray(reference, dtype=float)) - np.log(np.asarray(arm, dtype=float))
    log = paired_t(logs.tolist(), confidence=confidence)
    if log is None:
        return None
    if len(logs) >= MIN_PAIRS and side == "both" and not log.degenerate:
        resampled = bca(logs.tolist(), confidence=confidence)
        log = replace(log, low=resampled.low, high=resampled.high, p=resampled.p)
        log = replace(log, method="BCa bootstrap over seeds, on logarithms")
    elif log.spread is not None and side != "both":
        log = _one_sided(log, side)
    return Ratio(value=float(np.exp(log.mean)), low=_exp(log.low), high=_exp(log.high), side=side, log=log)


def _one_sided(log: Estimate, side: Side) -> Estimate:
    """Return the estimate with one bound, and the p-value of that bound's own side."""
    assert log.spread is not None
    low, high = t_bound(log.mean, log.spread, confidence=log.confidence)
    towards = log.mean > 0 if side == "at_least" else log.mean < 0
    both = t_p_value(log.mean, log.spread)
    return replace(
        log,
        low=low if side == "at_least" else None,
        high=high if side == "at_most" else None,
        p=None if both is None else both / 2 if towards else 1 - both / 2,
        detectable=detectable_difference(log.spread, confidence=2 * log.confidence - 1),
        method="one-sided paired t over seeds, on logarithms",
    )


def _exp(value: float | None) -> float | None:
    return None if value is None else float(np.exp(value))
