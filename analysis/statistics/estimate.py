"""A mean with its interval, and the interval's arithmetic.

The quantiles are those of `scipy.stats`, called by SciPy's own functions: the same digits without its checks of arrays,
which took a hundred times as long as the arithmetic.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

POWER = 0.8

_NUM_LEVELS = 2000


@dataclass(frozen=True, kw_only=True)
class Spread:
    """What is known about the precision of a mean over pairs.

    Attributes:
        standard_error: Of the mean; 0 where all pairs gave the same.
        df: Degrees of freedom of the standard error.
        lasting_variance: The part of its square that more pairs would not make smaller: that of the test images.
        lasting_df: Degrees of freedom of that part; infinite where there is none.
        floors: Other spreads of the same mean that no interval may be narrower than, at whatever level: of few degrees
            of freedom, one that is narrower at 95 % may be wider at 99 %.
    """

    standard_error: float
    df: float
    lasting_variance: float = 0.0
    lasting_df: float = math.inf
    floors: tuple["Spread", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A mean difference with its interval; what cannot be known is None.

    Attributes:
        mean: The mean difference.
        num_pairs: Pairs of seeds behind it.
        spread: Precision of the mean; None with a single pair.
        confidence: Level of the interval.
        low: Lower end of the interval.
        high: Upper end of the interval.
        p: Two-sided p-value of no difference; None where there is no spread to judge by.
        method: How the interval was made, in words.
        seeds_each: Where the units are searches and not pairs of seeds, `num_pairs` counts searches of each arm, and
            these are the fewest and the most seeds of one; likewise of splits; else None.
        of_splits: Whether the units are splits of the data, of which `num_pairs` is the number.
    """

    mean: float
    num_pairs: int
    spread: Spread | None
    confidence: float
    low: float | None
    high: float | None
    p: float | None
    method: str
    seeds_each: tuple[int, int] | None = None
    of_splits: bool = False

    @property
    def degenerate(self) -> bool:
        """Whether the observed spread was exactly zero, so that the interval has no width."""
        return self.spread is not None and self.spread.standard_error == 0.0


def t_estimate(
    mean: float, spread: Spread | None, *, num_pairs: int, confidence: float, method: str
) -> Estimate:
    """Return the estimate whose interval is the t interval of `spread`; without a spread it has none."""
    low, high = (None, None) if spread is None else t_interval(mean, spread, confidence=confidence)
    return Estimate(
        mean=mean,
        num_pairs=num_pairs,
        spread=spread,
        confidence=confidence,
        low=low,
        high=high,
        p=None if spread is None else t_p_value(mean, spread),
        method=method,
    )


def t_interval(mean: float, spread: Spread, *, confidence: float) -> tuple[float, float]:
    """Return the two-sided t interval of a mean, the widest of its spread and of the floors below it."""
    half = max(
        -float(special.stdtrit(each.df, (1 - confidence) / 2)) * each.standard_error for each in _all(spread)
    )
    return mean - half, mean + half


def t_p_value(mean: float, spread: Spread) -> float | None:
    """Return the two-sided p-value of a mean of 0; None without any spread to judge by."""
    if spread.standard_error == 0.0:
        return None
    return max(float(2 * special.stdtr(each.df, -abs(mean) / each.standard_error)) for each in _all(spread))


def equivalence_p_value(mean: float, spread: Spread, *, margin: float) -> float | None:
    """Return the least alpha at which the two-sided t interval lies within the margin on both sides of 0.

    At a true difference of just the margin it is below alpha with a probability of alpha / 2 at most: twice the p-value
    of the two one-sided tests, so that one interval shows both this and a difference. 1 where the mean lies outside.

    Args:
        mean: Of the differences.
        spread: Its precision.
        margin: Half the width of what counts as the same, above 0, in the unit of the mean.

    Returns:
        None without any spread to judge by.

    Source: Schuirmann (1987).
    """
    if spread.standard_error == 0.0:
        return None
    inside = margin - abs(mean)
    return min(
        1.0, max(float(2 * special.stdtr(each.df, -inside / each.standard_error)) for each in _all(spread))
    )


def _all(spread: Spread) -> tuple[Spread, ...]:
    return (spread, *spread.floors)


def detectable_difference(spread: Spread, *, confidence: float, power: float = POWER) -> float | None:
    """Return the true difference that a test with this spread shows with probability `power`.

    It is the answer to "how much would these seeds have shown", from the noncentral t distribution, and
    is itself as uncertain as the spread. None without any spread. The distribution is integrated here over
    the spread's own chi-square quantiles: SciPy's `nct` is NaN for few degrees of freedom far out.
    """
    if spread.standard_error == 0.0:
        return None
    critical = -float(special.stdtrit(spread.df, (1 - confidence) / 2))
    levels = (np.arange(_NUM_LEVELS) + 0.5) / _NUM_LEVELS
    thresholds = critical * np.sqrt(stats.chi2.ppf(levels, spread.df) / spread.df)

    def shortfall(noncentrality: float) -> float:
        above = special.ndtr(noncentrality - thresholds)
        below = special.ndtr(-thresholds - noncentrality)
        return float((above + below).mean()) - power

    upper = critical
    while shortfall(upper) < 0:
        upper *= 2
    return float(optimize.brentq(shortfall, 0.0, upper)) * spread.standard_error
