"""Importance of searched settings: permutation in random forests, over resampled trials.

By how much a forest predicts worse when one setting's values are shuffled among the trials (Breiman 2001, section 10),
as a share of the sum over the settings. Forests are scikit-learn's. docs/evidence.md has how it does with as few trials
as a study has, beside fANOVA and the total effects of a Gaussian process: those are nearer to the truth on smooth
surfaces, and far off where a rate has a cliff from which on training fails.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

NUM_RESAMPLES, NUM_TREES, NUM_SHUFFLES = 24, 20, 8

SAME = 1e-12
"""Values closer than this are the same."""


class Regressor(Protocol):
    """What predicts."""

    def predict(self, points: np.ndarray, /) -> np.ndarray:
        """Return a value for every point."""


@dataclass(frozen=True, kw_only=True)
class Importances:
    """Shares of what the settings together make of the values.

    Attributes:
        shares: Shape (settings,): means over the resamples, adding up to 1.
        low: Shape (settings,): lower ends over the resamples.
        high: Their upper ends.
    """

    shares: np.ndarray
    low: np.ndarray
    high: np.ndarray


def forest_importances(points: np.ndarray, values: np.ndarray, *, confidence: float) -> Importances | None:
    """Return how much each setting mattered; None where no forest found anything that did.

    Every resample of the trials (bootstrap) grows a forest with a seed of its own, so that the ends hold what other
    trials, and other forests, would have said.

    Args:
        points: Shape (trials, settings).
        values: Shape (trials,).
        confidence: Level of the ends.
    """
    from sklearn.ensemble import RandomForestRegressor

    if np.ptp(values) <= SAME:
        return None
    generator = np.random.default_rng(len(values))
    found = []
    for seed in range(NUM_RESAMPLES):
        drawn = generator.integers(0, len(values), len(values))
        forest = RandomForestRegressor(NUM_TREES, random_state=seed).fit(points[drawn], values[drawn])
        found.append(_worse(forest, points, values, generator))
    sums = np.sum(found, axis=1)
    if not (sums > 0).any():
        return None
    shares = np.array(found)[sums > 0] / sums[sums > 0, None]
    low, high = np.quantile(shares, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return Importances(shares=shares.mean(axis=0), low=low, high=high)


def _worse(
    forest: Regressor, points: np.ndarray, values: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Return by how much the squared error grows with each setting shuffled, at least 0: shape (settings,).

    scikit-learn's `permutation_importance` asks the forest once a shuffle, which takes ten times as long as to ask
    once.
    """
    num_trials, num_settings = points.shape
    shuffled = np.tile(points, (num_settings, NUM_SHUFFLES, 1, 1))
    for setting in range(num_settings):
        own = shuffled[setting, :, :, setting]
        shuffled[setting, :, :, setting] = generator.permuted(own, axis=1)
    rows = np.concatenate([points, shuffled.reshape(-1, num_settings)])
    errors = (forest.predict(rows) - np.tile(values, num_settings * NUM_SHUFFLES + 1)) ** 2
    before, after = errors[:num_trials].mean(), errors[num_trials:].reshape(num_settings, -1).mean(axis=1)
    worse: np.ndarray = np.maximum(after - before, 0)
    return worse
