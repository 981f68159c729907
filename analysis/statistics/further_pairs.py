"""Further pairs of seeds that an open question would take, by its posterior predictive distribution."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.statistics.estimate import POWER, Estimate, Spread
from analysis.statistics.shrinkage import draw_shrinkage

MOST = 1_000
"""Further pairs beyond which none are asked for."""

_NUM_DRAWS = 2_000
_WITHOUT_END = 10**9


@dataclass(frozen=True, kw_only=True)
class FurtherPairs:
    """What it would take to answer whether two arms differ, or are practically the same.

    Attributes:
        pairs: Further pairs of seeds after which there is a verdict with the chance asked for; None where not even
            MOST bring it.
        chance: The chance of a verdict after so many, after MOST where it is None.
        images_limit: Whether that is for want of test images: with any number of seeds the chance is not reached.
    """

    pairs: int | None
    chance: float
    images_limit: bool


def further_pairs(
    estimate: Estimate, *, margin: float, level: Callable[[int], float], power: float = POWER
) -> FurtherPairs | None:
    """Return how many further pairs bring a verdict with the chance `power`; None without a spread to judge by.

    The verdict is that the interval excludes 0, or lies within the margin. The true difference and the variance
    between seeds are drawn from their posterior, given the pairs that there are (for the difference under a prior that
    shrinks it towards none, `draw_shrinkage`; for the logarithm of the variance a flat one), further pairs from these,
    and each future interval is computed as it would be. The part of the variance that is the test images' stays.

    Args:
        estimate: Of the pairs that there are.
        margin: Half the width of what counts as the same.
        level: Gives the alpha that the interval is judged at after so many further pairs.
        power: The chance that is asked for.

    Source: predictive power, Spiegelhalter, Abrams & Myles (2004), ch. 6.
    """
    spread = estimate.spread
    if spread is None or spread.standard_error == 0.0:
        return None
    future = _Future.of(estimate.mean, spread, estimate.num_pairs)

    def chance(pairs: int) -> float:
        return future.chance(pairs, margin=margin, alpha=level(pairs))

    at_most = chance(MOST)
    if at_most < power:
        return FurtherPairs(pairs=None, chance=at_most, images_limit=chance(_WITHOUT_END) < power)
    high = 1
    while high < MOST and chance(high) < power:
        high *= 2
    low, high = high // 2, min(high, MOST)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if chance(middle) >= power else (middle, high)
    return FurtherPairs(pairs=high, chance=chance(high), images_limit=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Future:
    """Draws of what further pairs would show.

    Attributes:
        mean: Of the differences so far.
        num_pairs: So far.
        variance: Of one pair's difference, as observed.
        lasting: Variance of the mean that stays.
        lasting_df: Its degrees of freedom.
        true: Shape (draws,): the difference on these images.
        true_variance: Shape (draws,): of one pair's difference.
        normals: Shape (draws,): normal scores of the variance that further pairs show.
        scores: Shape (draws,): standard scores of the mean that further pairs show.
    """

    mean: float
    num_pairs: int
    variance: float
    lasting: float
    lasting_df: float
    true: np.ndarray
    true_variance: np.ndarray
    normals: np.ndarray
    scores: np.ndarray

    @classmethod
    def of(cls, mean: float, spread: Spread, num_pairs: int) -> "_Future":
        generator = np.random.default_rng(0)  # the same draws for every number of pairs, and every time
        lasting = min(spread.lasting_variance, spread.standard_error**2)
        variance = (spread.standard_error**2 - lasting) * num_pairs
        df = num_pairs - 1
        true_variance = variance * df / generator.chisquare(df, _NUM_DRAWS)
        shrinkage = draw_shrinkage(
            squares=mean**2 / 2,  # of the two arms' means about theirs
            variance=spread.standard_error**2 / 2,
            df=spread.df,
            num_differences=1,
            size=_NUM_DRAWS,
            generator=generator,
        )
        noise = np.sqrt((1 - shrinkage) * true_variance / num_pairs) * generator.standard_normal(_NUM_DRAWS)
        true = (1 - shrinkage) * mean + noise
        return cls(
            mean=mean,
            num_pairs=num_pairs,
            variance=variance,
            lasting=lasting,
            lasting_df=spread.lasting_df,
            true=true,
            true_variance=true_variance,
            normals=generator.standard_normal(_NUM_DRAWS),
            scores=generator.standard_normal(_NUM_DRAWS),
        )

    def chance(self, pairs: int, *, margin: float, alpha: float) -> float:
        """Return the share of draws in which so many further pairs bring a verdict."""
        total, df = self.num_pairs + pairs, self.num_pairs - 1
        further_mean = self.true + np.sqrt(self.true_variance / pairs) * self.scores
        mean = (self.num_pairs * self.mean + pairs * further_mean) / total
        further_squares = self.true_variance * _chi_square(self.normals, pairs)
        of_seeds = (df * self.variance + further_squares) / (df + pairs) / total
        variance = of_seeds + self.lasting
        uncertainty = of_seeds**2 / (total - 1) + self.lasting**2 / self.lasting_df
        # one number where nothing stays: the quantile of each draw by itself takes most of the time
        df_then = variance**2 / np.maximum(uncertainty, 1e-300) if self.lasting else total - 1
        half = special.stdtrit(df_then, 1 - alpha / 2) * np.sqrt(variance)
        shown = (abs(mean) > half) | (abs(mean) + half < margin)
        return float(shown.mean())


def _chi_square(normals: np.ndarray, df: int) -> np.ndarray:
    """Return draws of a chi-square from normal scores; source: Wilson & Hilferty (1931)."""
    scale = 2 / (9 * df)
    draws: np.ndarray = df * np.maximum(1 - scale + np.sqrt(scale) * normals, 0.0) ** 3
    return draws
