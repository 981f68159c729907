"""Importance of searched settings: total effects in random forests, over resampled trials.

The total effect of a setting is the share of the response's variance over the whole space that goes with it,
interactions with it included: the functional ANOVA that fANOVA makes with a forest (Hutter, Hoos & Leyton-Brown 2014),
here by Jansen's estimator (Saltelli et al. 2010) with scikit-learn's forests. docs/evidence.md has how it does with as
few trials as a study has, beside Optuna's evaluators and a Gaussian process.
"""

from dataclasses import dataclass

import numpy as np

NUM_RESAMPLES, NUM_TREES = 24, 20

SAME = 1e-12
"""Values closer than this are the same."""


@dataclass(frozen=True, kw_only=True)
class Importances:
    """Total effects, as shares of their sum.

    Attributes:
        shares: Shape (settings,): means over the resamples, adding up to 1.
        low: Shape (settings,): lower ends over the resamples.
        high: Their upper ends.
    """

    shares: np.ndarray
    low: np.ndarray
    high: np.ndarray


def forest_importances(
    points: np.ndarray, values: np.ndarray, *, space: tuple[np.ndarray, np.ndarray], confidence: float
) -> Importances | None:
    """Return how much each setting mattered; None where no forest found anything that did.

    Every resample of the trials (bootstrap) grows a forest with a seed of its own, so that the ends hold what other
    trials, and other forests, would have said.

    Args:
        points: Shape (trials, settings).
        values: Shape (trials,).
        space: Two sets of points of the whole space, each drawn evenly, of shape (points, settings).
        confidence: Level of the ends.
    """
    from sklearn.ensemble import RandomForestRegressor

    if np.ptp(values) <= SAME:
        return None
    left, right = space
    num_settings = points.shape[1]
    mixed = [np.where(np.arange(num_settings) == column, right, left) for column in range(num_settings)]
    asked = np.concatenate([left, *mixed])
    generator = np.random.default_rng(len(values))
    found = []
    for seed in range(NUM_RESAMPLES):
        drawn = generator.integers(0, len(values), len(values))
        forest = RandomForestRegressor(NUM_TREES, random_state=seed).fit(points[drawn], values[drawn])
        base, *moved = np.split(forest.predict(asked), num_settings + 1)
        found.append([float(((base - each) ** 2).mean()) for each in moved])
    sums = np.sum(found, axis=1)
    if not (sums > SAME).any():
        return None
    shares = np.array(found)[sums > SAME] / sums[sums > SAME, None]
    low, high = np.quantile(shares, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return Importances(shares=shares.mean(axis=0), low=low, high=high)
