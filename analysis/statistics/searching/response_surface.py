"""A response surface over searched settings: a Gaussian process whose scales are averaged over, not chosen.

With the 6 to 50 trials of a search the lengths over which the response changes are themselves uncertain; a surface at
the likeliest lengths alone claims to know what lies between the trials. So lengths, height and noise are drawn from
priors and weighted by their likelihood (Rasmussen & Williams 2006, sections 2.2 and 5.2; Snoek, Larochelle & Adams 2012
average over them, too), here by plain importance sampling: there are few trials, so thousands of draws cost little. How
the search chose its trials does not matter to the surface, given their settings and values: that is how trials of a
search that learns, which are not independent draws from anything, are used.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy.stats import qmc

NUM_DRAWS, NUM_KEPT = 2048, 48
"""Draws of the scales from their prior, and how many remain of them, drawn by their weights."""

MAX_NUMBERS = 5_000_000
"""Of covariances that are in memory at once."""

LENGTH_MEDIAN, LENGTH_SPREAD = 0.6, 1.0
HEIGHT_MEDIAN, HEIGHT_SPREAD = 0.9, 0.4
NOISE_MEDIAN, NOISE_SPREAD = 0.4, 1.0
"""Priors, log-normal: of the lengths in shares of a setting's range times the root of the number of settings (Hvarfner,
Hellsten & Nardi 2024), of height and noise in deviations of the values."""

LEVEL_SPREAD = 2.0
"""Deviation of the surface's mean level about that of the values, in their deviations."""

JITTER, RIDGE = 1e-8, 1e-6
"""Added to the diagonals of covariances, so that rounding leaves them positive: what was observed, and what is
drawn."""


@dataclass(frozen=True, kw_only=True)
class Observed:
    """What was observed of one arm.

    Attributes:
        points: Shape (runs, settings): each setting on a scale of 0 to 1, or the index of its choice.
        categorical: Shape (settings,): whether only equality counts.
        values: Shape (runs,).
        seeds: Shape (runs,): runs of one seed, and of different settings, share a part of their noise.
    """

    points: np.ndarray
    categorical: np.ndarray
    values: np.ndarray
    seeds: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Scales:
    """Draws of what a surface's shape depends on; one row a draw.

    Attributes:
        lengths: Shape (draws, settings).
        height: Shape (draws,): deviation of the surface about its mean level.
        noise: Shape (draws,): deviation of a run about the surface.
        shared: Shape (draws,): share of the noise's variance that runs of one seed have in common.
    """

    lengths: np.ndarray
    height: np.ndarray
    noise: np.ndarray
    shared: np.ndarray

    def at(self, index: np.ndarray) -> "Scales":
        """Return some of the draws."""
        return Scales(
            lengths=self.lengths[index],
            height=self.height[index],
            noise=self.noise[index],
            shared=self.shared[index],
        )


@dataclass(frozen=True, kw_only=True)
class Surface:
    """What is known of a response: kept draws of the scales, all equally likely, and the runs.

    Attributes:
        observed: The runs.
        scales: The draws kept.
        centre: The values' mean.
        unit: The values' deviation, which height and noise are counted in.
    """

    observed: Observed
    scales: Scales
    centre: float
    unit: float

    @property
    def noise(self) -> np.ndarray:
        """Deviation of a run about the surface, shape (draws,)."""
        return self.scales.noise * self.unit

    def moments(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and covariance at points for each draw: shapes (draws, points) and (draws, points, points)."""
        mean, half = self._conditioned(points)
        within = _signal(squared_distances(points, points, self.observed.categorical), self.scales)
        return mean, self.unit**2 * (within - np.swapaxes(half, 1, 2) @ half)

    def draw(self, points: np.ndarray, *, each: int, generator: np.random.Generator) -> np.ndarray:
        """Return the surface at points, drawn `each` times a draw of the scales: shape (draws * each, points)."""
        mean, covariance = self.moments(points)
        ridge = RIDGE * self.unit**2 * (LEVEL_SPREAD**2 + self.scales.height**2)
        root = np.linalg.cholesky(covariance + ridge[:, None, None] * np.eye(len(points)))
        normal = generator.standard_normal((len(mean), len(points), each))
        drawn = mean[..., None] + root @ normal
        return np.swapaxes(drawn, 1, 2).reshape(-1, len(points))

    def prior_deviation(self) -> float:
        """Return the deviation where nothing was observed, averaged over the draws."""
        return float(self.unit * np.sqrt((self.scales.height**2).mean()))

    def mean_and_deviation(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and deviation at points, over the draws of the scales, too: two of shape (points,)."""
        mean, half = self._conditioned(points)
        prior = self.scales.height[:, None] ** 2 + LEVEL_SPREAD**2
        left = self.unit**2 * np.maximum(prior - (half**2).sum(axis=1), 0)
        return mean.mean(axis=0), np.sqrt(left.mean(axis=0) + mean.var(axis=0))

    def _conditioned(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean at points for each draw, (draws, points), and what takes their variance down, whitened."""
        observed, scales = self.observed, self.scales
        between = _signal(squared_distances(points, observed.points, observed.categorical), scales)
        factor = np.linalg.cholesky(_covariance(observed, scales))
        half = np.linalg.solve(factor, np.swapaxes(between, 1, 2))
        standard = (observed.values - self.centre) / self.unit
        white = np.linalg.solve(factor, np.broadcast_to(standard[:, None], (*half.shape[:2], 1)))
        mean = np.swapaxes(half, 1, 2) @ white
        standardised: np.ndarray = mean[..., 0]
        return self.centre + self.unit * standardised, half


def fit_surface(observed: Observed, *, seed: int = 0) -> Surface:
    """Return the surface that some runs make likely.

    Args:
        observed: At least three runs, not all of one value.
        seed: Of the draws of the scales.
    """
    centre, unit = float(observed.values.mean()), float(observed.values.std())
    assert unit > 0, "values that are all the same have no surface"
    scales = _prior(observed.points.shape[1], seed=seed)
    rows = max(1, MAX_NUMBERS // len(observed.values) ** 2)
    parts = [np.arange(NUM_DRAWS)[start : start + rows] for start in range(0, NUM_DRAWS, rows)]
    likelihoods = [_log_likelihood(observed, scales.at(part), centre=centre, unit=unit) for part in parts]
    weights = special.softmax(np.concatenate(likelihoods))
    ends = (np.arange(NUM_KEPT) + 0.5) / NUM_KEPT
    kept = np.searchsorted(np.cumsum(weights), ends).clip(max=NUM_DRAWS - 1)
    return Surface(observed=observed, scales=scales.at(kept), centre=centre, unit=unit)


def squared_distances(left: np.ndarray, right: np.ndarray, categorical: np.ndarray) -> np.ndarray:
    """Return squared distances setting by setting, 1 between different categories: shape (settings, left, right)."""
    differences = left[:, None, :] - right[None, :, :]
    squared = np.where(categorical, (differences != 0).astype(float), differences**2)
    return np.moveaxis(squared, -1, 0)


def _prior(num_settings: int, *, seed: int) -> Scales:
    """Return draws from the prior, spread evenly (Sobol)."""
    uniform = qmc.Sobol(num_settings + 3, seed=seed).random(NUM_DRAWS)
    normal = special.ndtri(uniform.clip(1e-6, 1 - 1e-6))
    return Scales(
        lengths=LENGTH_MEDIAN * num_settings**0.5 * np.exp(LENGTH_SPREAD * normal[:, 3:]),
        height=HEIGHT_MEDIAN * np.exp(HEIGHT_SPREAD * normal[:, 0]),
        noise=NOISE_MEDIAN * np.exp(NOISE_SPREAD * normal[:, 1]),
        shared=1 - (1 - uniform[:, 2]) ** (1 / 4),
    )


def _signal(squared: np.ndarray, scales: Scales) -> np.ndarray:
    """Return the surface's covariance (Matern, 5/2, with its mean level), shape (draws, left, right)."""
    flat = squared.reshape(len(squared), -1)
    distance = np.sqrt(5 * (scales.lengths**-2.0 @ flat))
    matern = (1 + distance + distance**2 / 3) * np.exp(-distance)
    signal = scales.height[:, None] ** 2 * matern + LEVEL_SPREAD**2
    result: np.ndarray = signal.reshape(-1, *squared.shape[1:])
    return result


def _covariance(observed: Observed, scales: Scales) -> np.ndarray:
    """Return the covariance of what was observed, shape (draws, runs, runs)."""
    squared = squared_distances(observed.points, observed.points, observed.categorical)
    same_seed = observed.seeds[:, None] == observed.seeds[None, :]
    share = scales.shared[:, None, None]
    noise = share * same_seed + (1 - share) * np.eye(len(observed.values))
    covariance = _signal(squared, scales) + scales.noise[:, None, None] ** 2 * noise
    result: np.ndarray = covariance + JITTER * np.eye(len(observed.values))
    return result


def _log_likelihood(observed: Observed, scales: Scales, *, centre: float, unit: float) -> np.ndarray:
    """Return the log likelihood of every draw, shape (draws,)."""
    factor = np.linalg.cholesky(_covariance(observed, scales))
    standard = (observed.values - centre) / unit
    white = np.linalg.solve(factor, np.broadcast_to(standard[:, None], (len(factor), len(standard), 1)))
    logs = np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
    result: np.ndarray = -0.5 * (white[..., 0] ** 2).sum(axis=1) - logs
    return result
