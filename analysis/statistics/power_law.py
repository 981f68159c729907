"""A power law of accuracy against labels, and what it says the next doubling of the labels brings."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RATES = np.geomspace(0.05, 2.0, 80)
"""Exponents that are tried; learning curves of image classifiers lie within (Hestness et al., 2017)."""

MIN_SIZES = 3
"""With fewer sizes three numbers cannot be told."""

NUM_DRAWS = 4_000


@dataclass(frozen=True, kw_only=True)
class PowerLaw:
    """accuracy(n) = top - drop * n ** -rate.

    Attributes:
        top: What it comes to with ever more labels, at most 1.
        drop: At least 0.
        rate: One of `RATES`.
    """

    top: float
    drop: float
    rate: float

    def at(self, size: float) -> float:
        """Return the accuracy at a number of labels."""
        return self.top - self.drop / math.pow(size, self.rate)


@dataclass(frozen=True, kw_only=True)
class Doubling:
    """What twice as many labels are expected to bring: extrapolated, never measured.

    Attributes:
        law: The power law that was fitted.
        gain: accuracy(2 n) - accuracy(n) for the largest size n, by the law.
        low: Lower end of its interval.
        high: Upper end of its interval.
    """

    law: PowerLaw
    gain: float
    low: float
    high: float


def fit_power_law(sizes: Sequence[float], means: Sequence[float], variances: Sequence[float]) -> PowerLaw:
    """Return the power law with the least squares, weighted by 1 / variance.

    Args:
        sizes: Labels, rising.
        means: Accuracy at each.
        variances: Of the means; where one is 0 all count alike.
    """
    top, drop, rate = _fits(np.asarray(sizes, float), np.asarray(means, float)[None], _weights(variances))
    return PowerLaw(top=float(top[0]), drop=float(drop[0]), rate=float(rate[0]))


def next_doubling(
    sizes: Sequence[float], means: Sequence[float], covariance: np.ndarray, *, df: float, confidence: float
) -> Doubling | None:
    """Return what the law says of twice the largest size; None with fewer than MIN_SIZES.

    The interval is that of the fits to NUM_DRAWS sets of means as they could have come out: normal about those that
    were measured, with their covariance, which is taken to be known with `df` degrees of freedom. It holds if
    accuracy follows a power law; that it goes on as one nobody has measured.

    Args:
        sizes: Labels, rising.
        means: Accuracy at each.
        covariance: Of the means, shape (sizes, sizes): all are measured on the same test images.
        df: Degrees of freedom of the covariance.
        confidence: Level of the interval.
    """
    if len(sizes) < MIN_SIZES:
        return None
    draws = np.random.default_rng(0)
    values = np.asarray(means, float)
    scale = np.sqrt(df / draws.chisquare(df, NUM_DRAWS))[:, None]
    noise = draws.multivariate_normal(np.zeros(len(values)), covariance, NUM_DRAWS, method="eigh") * scale
    variances = np.diag(covariance)
    law = fit_power_law(sizes, means, tuple(variances))
    gains = _doubling(float(sizes[-1]), _fits(np.asarray(sizes, float), values + noise, _weights(variances)))
    tail = (1 - confidence) / 2
    low, high = np.quantile(gains, [tail, 1 - tail])
    gain = law.at(2 * sizes[-1]) - law.at(sizes[-1])
    return Doubling(law=law, gain=gain, low=float(low), high=float(high))


Fits = tuple[np.ndarray, np.ndarray, np.ndarray]


def _doubling(size: float, fits: Fits) -> np.ndarray:
    _, drop, rate = fits
    gains: np.ndarray = drop * (size**-rate - (2 * size) ** -rate)
    return gains


def _weights(variances: Sequence[float] | np.ndarray) -> np.ndarray:
    known = np.asarray(variances, float)
    return np.ones_like(known) if (known <= 0).any() else 1 / known


def _fits(sizes: np.ndarray, values: np.ndarray, weights: np.ndarray) -> Fits:
    """Return top, drop and rate of every row of values, shape (rows, sizes): the best over `RATES`.

    For each rate the two others are linear least squares, with `drop` at least 0 and `top` at most 1.
    """
    share = weights / weights.sum()
    powers = (sizes / sizes[-1]) ** -RATES[:, None]  # (rates, sizes), 1 at the largest
    middle = values @ share  # (rows,)
    middle_powers = powers @ share  # (rates,)
    centred = powers - middle_powers[:, None]
    slope = (values * share) @ centred.T / (centred**2 @ share)  # (rows, rates)
    drop = np.maximum(-slope, 0.0)
    top = middle[:, None] + drop * middle_powers
    at_one = np.maximum(((1 - values) * share) @ powers.T / (powers**2 @ share), 0.0)
    drop, top = np.where(top > 1, at_one, drop), np.minimum(top, 1.0)
    squares = np.zeros_like(drop)
    for place in range(len(sizes)):
        squares += share[place] * (values[:, place, None] - top + drop * powers[:, place]) ** 2
    best = squares.argmin(axis=1)
    rows = np.arange(len(values))
    rate = RATES[best]
    return top[rows, best], drop[rows, best] * sizes[-1] ** rate, rate
