"""A power law of accuracy against labels, and what it says the next doubling of the labels brings."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

RATES = np.geomspace(0.05, 2.0, 80)
"""Exponents that are tried; learning curves of image classifiers lie within (Hestness et al., 2017)."""

MIN_SIZES = 3
"""With fewer sizes three numbers cannot be told."""

MISFIT_ALPHA = 0.05
"""Sizes that follow a power law are refused so often, and those that do not at least as often."""

GAINS = np.linspace(0.0, 1.0, 2001)
"""Gains that are asked whether they go with the sizes."""


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
        misfit_p: p-value of the sizes following the law at all; None with as few sizes as it has numbers.
    """

    law: PowerLaw
    gain: float
    low: float
    high: float
    misfit_p: float | None

    @property
    def follows(self) -> bool:
        """Whether nothing speaks against the law; where something does, its interval means nothing."""
        return self.misfit_p is None or self.misfit_p >= MISFIT_ALPHA


def fit_power_law(sizes: Sequence[float], means: Sequence[float], covariance: np.ndarray) -> PowerLaw:
    """Return the power law with the least squares, weighted by the inverse of the covariance.

    Args:
        sizes: Labels, rising.
        means: Accuracy at each.
        covariance: Of the means, shape (sizes, sizes).
    """
    values, weights = np.asarray(means, float), _inverse(covariance)
    powers = _powers(sizes)
    candidates = [_fit(values, each, weights) for each in powers]
    best = int(np.argmin([squares for squares, _, _ in candidates]))
    _, top, drop = candidates[best]
    rate = float(RATES[best])
    return PowerLaw(top=top, drop=drop * math.pow(sizes[-1], rate), rate=rate)


def next_doubling(
    sizes: Sequence[float], means: Sequence[float], covariance: np.ndarray, *, df: float, confidence: float
) -> Doubling | None:
    """Return what the law says of twice the largest size; None with fewer than MIN_SIZES.

    The interval holds every gain with which some law goes with the sizes not much worse than the best one does: a
    profile likelihood, with the covariance taken to be known with `df` degrees of freedom. It holds if accuracy follows
    a power law; that it goes on as one nobody has measured. What it covers: docs/evidence.md.

    Args:
        sizes: Labels, rising.
        means: Accuracy at each.
        covariance: Of the means, shape (sizes, sizes): all are measured on the same test images.
        df: Degrees of freedom of the covariance.
        confidence: Level of the interval.

    Source: Venzon & Moolgavkar (1988), intervals by the profile likelihood.
    """
    if len(sizes) < MIN_SIZES:
        return None
    values, weights = np.asarray(means, float), _inverse(covariance)
    law = fit_power_law(sizes, means, covariance)
    least = _squares(values - [law.at(size) for size in sizes], weights)
    allowed = least + float(stats.f.isf(1 - confidence, 1, df))
    possible = GAINS[_profile(values, _powers(sizes), weights) <= allowed]
    gain = law.at(2 * sizes[-1]) - law.at(sizes[-1])
    left = len(values) - MIN_SIZES
    return Doubling(
        law=law,
        gain=gain,
        low=min(gain, float(possible.min(initial=1.0))),
        high=max(gain, float(possible.max(initial=0.0))),
        misfit_p=float(stats.f.sf(least / left, left, df)) if left else None,
    )


def _powers(sizes: Sequence[float]) -> np.ndarray:
    """Return the powers of the sizes at each rate, shape (rates, sizes), 1 at the largest."""
    powers: np.ndarray = (np.asarray(sizes, float) / sizes[-1]) ** -RATES[:, None]
    return powers


def _inverse(covariance: np.ndarray) -> np.ndarray:
    """Return the inverse of a covariance; where all means are without error they count alike."""
    inverse: np.ndarray = np.linalg.pinv(covariance) if covariance.any() else np.eye(len(covariance))
    return inverse


def _squares(residuals: np.ndarray, weights: np.ndarray) -> float:
    return float(residuals @ weights @ residuals)


def _fit(values: np.ndarray, powers: np.ndarray, weights: np.ndarray) -> tuple[float, float, float]:
    """Return the squares, the top and the drop at the largest size of the best law of one rate."""
    ones = np.ones(len(values))
    design = np.stack([ones, -powers], axis=1)
    top, drop = np.linalg.solve(design.T @ weights @ design, design.T @ weights @ values)
    if top > 1 or drop < 0:
        at_top = max(0.0, float(powers @ weights @ (ones - values) / (powers @ weights @ powers)))
        flat = min(1.0, float(ones @ weights @ values / (ones @ weights @ ones)))
        return min(
            (_squares(values - t + d * powers, weights), t, d) for t, d in ((1.0, at_top), (flat, 0.0))
        )
    return _squares(values - top + drop * powers, weights), float(top), float(drop)


def _profile(values: np.ndarray, powers: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return for each of GAINS the squares of the best law that has it, over RATES."""
    per_drop = 1 - 2.0**-RATES  # the gain of a law whose drop at the largest size is 1
    drops = GAINS[:, None] / per_drop
    targets = values + drops[..., None] * powers  # (gains, rates, sizes): a top would have to be this
    by_one = weights.sum(axis=0)
    tops = np.minimum(targets @ by_one / by_one.sum(), 1.0)
    residuals = targets - tops[..., None]
    squares = np.einsum("grs,st,grt->gr", residuals, weights, residuals, optimize=True)
    profile: np.ndarray = squares.min(axis=1)
    return profile
