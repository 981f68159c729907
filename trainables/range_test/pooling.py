"""Repeated range tests as one curve."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trainables.range_test.curve import RangeTest

WIDTH_DECADES = 0.2
"""Standard deviation of the smoothing kernel."""


def pool(tests: Sequence[RangeTest]) -> RangeTest:
    """Return the median curve of tests along the same ramp, smoothed symmetrically over the logarithm of the rate.

    A test that has ended counts as a loss above all others, so the curve ends where half of the tests have. An
    exponential mean lags behind the losses that it smooths, by about ten steps here, which is most of a decade of
    rates; a symmetric kernel does not.
    """
    longest = max(tests, key=lambda test: len(test.rates))
    assert all(test.rates == longest.rates[: len(test.rates)] for test in tests), "the ramps differ"
    losses = np.full((len(tests), len(longest.rates)), np.inf)
    for row, test in zip(losses, tests, strict=True):
        row[: len(test.losses)] = test.losses
    median = np.median(losses, axis=0) if len(longest.rates) else np.empty(0)
    end = int(np.isfinite(median).sum())
    rates, median = longest.rates[:end], median[:end]
    smoothed = _smooth(np.asarray(rates), median)
    return RangeTest(
        rates=rates,
        losses=tuple(median.tolist()),
        smoothed=tuple(smoothed.tolist()),
        ended=longest.ended if end == len(longest.rates) else "exploded",
    )


def _smooth(rates: NDArray[np.float64], losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of the losses around each rate, weighed by a Gaussian of the rates' distance in decades."""
    decades = np.log10(rates)
    weights = np.exp(-0.5 * ((decades[:, None] - decades) / WIDTH_DECADES) ** 2)
    smoothed: NDArray[np.float64] = weights @ losses / weights.sum(1)
    return smoothed
