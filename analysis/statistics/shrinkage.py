"""Shrinkage of several means towards what they have in common, by how far they lie apart for their precision."""

import numpy as np

_GRID = (np.arange(400) + 0.5) / 400


def draw_shrinkage(
    *,
    squares: float,
    variance: float,
    df: float,
    num_differences: int,
    size: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """Return draws of the factor B by which differences are shrunk, shape (size,): 0 leaves them, 1 takes them away.

    The true means are exchangeable: normal with a variance tau^2 about a mean of their own, of which nothing is known.
    B = v / (v + tau^2) is uniform on (0, 1) beforehand, and 1 / v for the variance v of an observed mean. Without that
    prior the arm that came out best is called the best too surely, since among arms that are alike one always is.

    Args:
        squares: Sum of squares of the observed means about their mean.
        variance: Estimate of v, above 0.
        df: Its degrees of freedom.
        num_differences: One less than the means.
        size: Number of draws.
        generator: Of the draws.

    Source: Strawderman (1971); Daniels (1999), the uniform shrinkage prior.
    """
    logs = num_differences / 2 * np.log(_GRID)
    logs -= (df + num_differences) / 2 * np.log(df * variance + _GRID * squares)
    weights = np.exp(logs - logs.max())
    drawn: np.ndarray = generator.choice(_GRID, size=size, p=weights / weights.sum())
    return drawn
