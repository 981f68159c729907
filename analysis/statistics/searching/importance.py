"""Importance of searched settings: total effects in random forests, over resampled trials.

The total effect of a setting is the share of the response's variance over the whole space that goes with it,
interactions with it included: the functional ANOVA that fANOVA makes with a forest (Hutter, Hoos & Leyton-Brown 2014),
here by Jansen's estimator (Saltelli et al. 2010) with scikit-learn's forests. docs/evidence.md has how it does with as
few trials as a study has, beside Optuna's evaluators and a Gaussian process.
"""

from dataclasses import dataclass

import numpy as np

NUM_WHOLE, NUM_RESAMPLES, NUM_TREES = 4, 24, 20
"""Forests of all trials, which give the shares; of resampled ones, which give their ends; trees of each."""

SAME = 1e-12
"""Values closer than this are the same."""


@dataclass(frozen=True, kw_only=True)
class Importances:
    """Total effects, as shares of their sum.

    Attributes:
        shares: Shape (settings,): of forests of all trials, adding up to 1.
        low: Shape (settings,): lower ends, over forests of resampled trials.
        high: Their upper ends.
    """

    shares: np.ndarray
    low: np.ndarray
    high: np.ndarray


def forest_importances(
    points: np.ndarray, values: np.ndarray, *, space: tuple[np.ndarray, np.ndarray], confidence: float
) -> Importances | None:
    """Return how much each setting mattered; None where no forest found anything that did.

    The ends are over forests that each have a seed, and a resample of the trials (bootstrap), of their own: they hold
    what other trials, and other forests, would have said.

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
    every = np.arange(len(values))
    samples = [every] * NUM_WHOLE + [generator.choice(every, len(every)) for _ in range(NUM_RESAMPLES)]
    found = []
    for seed, sample in enumerate(samples):
        forest = RandomForestRegressor(NUM_TREES, random_state=seed).fit(points[sample], values[sample])
        base, *moved = np.split(forest.predict(asked), num_settings + 1)
        found.append([float(((base - each) ** 2).mean()) for each in moved])
    effects, sums = np.array(found), np.sum(found, axis=1, keepdims=True)
    if not (sums[:NUM_WHOLE] > SAME).all():
        return None
    shares = effects[:NUM_WHOLE].mean(axis=0) / sums[:NUM_WHOLE].mean()
    resampled = np.array([row / total for row, total in zip(effects, sums, strict=True) if total > SAME])
    low, high = np.quantile(resampled, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return Importances(shares=shares, low=np.minimum(low, shares), high=np.maximum(high, shares))
