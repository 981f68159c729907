"""Importance of searched settings: total effects on a response surface, with what the surface leaves open.

The total effect of a setting is the share of the surface's variance over the whole space that would be lost if that
setting alone were known not to vary: its own effect and all its interactions (the functional ANOVA that fANOVA makes
with a forest, Hutter, Hoos & Leyton-Brown 2014, here on the Gaussian process). docs/evidence.md has how forests do with
as few trials.
"""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.response_surface import Surface

DRAWS_EACH = 4
"""Surfaces for each draw of the scales."""


@dataclass(frozen=True, kw_only=True)
class Effects:
    """Total effects, as shares of their sum.

    Attributes:
        shares: Shape (settings,): means over drawn surfaces, adding up to 1.
        low: Shape (settings,): lower ends of the intervals.
        high: Their upper ends.
    """

    shares: np.ndarray
    low: np.ndarray
    high: np.ndarray


def total_effects(surface: Surface, left: np.ndarray, right: np.ndarray, *, confidence: float) -> Effects:
    """Return the settings' total effects (Jansen's estimator; Saltelli et al. 2010) on drawn surfaces.

    Args:
        surface: Of an arm.
        left: Shape (points, settings): drawn from the whole space.
        right: The same, drawn independently.
        confidence: Level of the intervals.
    """
    num_settings = left.shape[1]
    mixed = [np.where(np.arange(num_settings) == column, right, left) for column in range(num_settings)]
    generator = np.random.default_rng(len(surface.observed.values))
    drawn = surface.draw(np.concatenate([left, *mixed]), each=DRAWS_EACH, generator=generator)
    base, *moved = np.split(drawn, num_settings + 1, axis=1)
    effects = np.stack([((base - each) ** 2).mean(axis=1) for each in moved], axis=1)
    shares = effects / effects.sum(axis=1, keepdims=True)
    low, high = np.quantile(shares, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return Effects(shares=shares.mean(axis=0), low=low, high=high)
