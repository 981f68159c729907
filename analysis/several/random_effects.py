"""Mean of differences that were measured on several data sets, each with a true one of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize, special

from analysis.statistics.estimate import Estimate
from analysis.statistics.paired import paired_t


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """The mean over data sets of a kind, and how much they differ.

    Attributes:
        estimate: Of the mean of the true differences on all sets of the kind.
        between: Deviation of the true differences between sets; 0 where they differ by no more than chance explains.
        q_p: p-value of equal true differences, Cochran's Q.
    """

    estimate: Estimate
    between: float
    q_p: float


def pool(means: Sequence[float], standard_errors: Sequence[float], *, confidence: float) -> Pooled:
    """Return the mean over sets with the set as a random effect, and Paule and Mandel's deviation between them.

    Every set counts alike, and the interval is the t interval over the sets' differences, whose spread holds both what
    differs between sets and each one's own error. Weighted by precision, with the errors that five seeds give, the
    intervals of Hartung, Knapp, Sidik and Jonkman cover 89 to 96 %, and with their factor kept from falling below 1 up
    to 100 % (`benchmarks/experiments/simulations/coverage_of_pooled.py`).

    Args:
        means: Difference on each set; two at least.
        standard_errors: Of each, above 0.
        confidence: Level of the interval.

    Raises:
        ValueError: If there are fewer than two, or an error is not above 0.

    Source: Paule & Mandel (1982); Cochran (1954), for Q; Follmann & Proschan (1999), for t over few sets.
    """
    values, variances = np.asarray(means, dtype=float), np.asarray(standard_errors, dtype=float) ** 2
    if len(values) < 2 or len(values) != len(variances) or not (variances > 0).all():
        raise ValueError(f"{means=} and {standard_errors=} must be of two sets at least, each error above 0")
    estimate = paired_t(list(means), confidence=confidence)
    assert estimate is not None
    return Pooled(
        estimate=replace(estimate, method="t over data sets"),
        between=between_variance(values, variances) ** 0.5,
        q_p=float(special.chdtrc(len(values) - 1, _q(values, variances))),
    )


def between_variance(values: np.ndarray, variances: np.ndarray) -> float:
    """Return the variance between sets at which their weighted squares are what they should be on average.

    Args:
        values: Shape (sets,): difference on each.
        variances: Shape (sets,): square of each one's standard error.

    Source: Paule & Mandel (1982).
    """
    df = len(values) - 1
    if _q(values, variances) <= df:
        return 0.0
    most = float(((values - values.mean()) ** 2).sum())  # Q is below df there
    return float(optimize.brentq(lambda between: _q(values, variances + between) - df, 0.0, most, xtol=1e-14))


def _q(values: np.ndarray, variances: np.ndarray) -> float:
    mean = (values / variances).sum() / (1 / variances).sum()
    return float(((values - mean) ** 2 / variances).sum())
