"""The interval of a difference that is uncertain in its seeds and in its test images."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.estimate import Estimate, Spread, t_estimate
from analysis.paired import SAME


@dataclass(frozen=True, kw_only=True)
class MeanSquares:
    """Of a seeds x images table without replication."""

    seeds: float
    images: float
    residual: float


def crossed_estimate(differences: np.ndarray, *, confidence: float) -> Estimate:
    """Return the mean difference with an interval for other seeds and other images of the same kind.

    Seeds and images are crossed random effects: every seed is measured on every image. The variance of the
    mean is (MS_seeds + MS_images - MS_residual) / (S I), and at least what either effect alone gives; its
    degrees of freedom are Satterthwaite's, or those of the effect that sets the floor. The interval is never narrower
    than the seeds alone make it: with two or three of them their spread comes out small by chance too often, and 95 %
    intervals would cover down to 87 % (2) and 92 % (3; 1,500 Gaussian draws). With one seed nothing is known of the
    spread between seeds, and there is no interval.

    Args:
        differences: Shape (S seeds, I images): arm's minus reference's weighted correctness.
        confidence: Level of the interval.

    Source: Satterthwaite (1946); the two-way random model, e.g. Searle, Casella & McCulloch (1992), ch. 4.
    """
    num_seeds, num_images = differences.shape
    enough = num_seeds > 1 and num_images > 1
    return t_estimate(
        float(differences.mean()),
        _wider(mean_squares(differences), num_seeds, num_images, confidence) if enough else None,
        num_pairs=num_seeds,
        confidence=confidence,
        method="seeds and images, crossed",
    )


def mean_squares(table: np.ndarray) -> MeanSquares:
    """Return the mean squares of a two-way table, shape (S, I), S and I at least 2."""
    num_seeds, num_images = table.shape
    grand = table.mean()
    by_seed = table.mean(axis=1) - grand
    by_image = table.mean(axis=0) - grand
    residual = table - grand - by_seed[:, None] - by_image[None, :]
    return MeanSquares(
        seeds=float(num_images * (by_seed**2).sum() / (num_seeds - 1)),
        images=float(num_seeds * (by_image**2).sum() / (num_images - 1)),
        residual=float((residual**2).sum() / ((num_seeds - 1) * (num_images - 1))),
    )


def balanced_weights(labels: np.ndarray) -> np.ndarray:
    """Return the weight of each image with which the mean correctness is the balanced accuracy.

    The weights of every class that occurs sum to the same, and all together to the number of images.
    """
    _, inverse, counts = np.unique(labels, return_inverse=True, return_counts=True)
    weights: np.ndarray = len(labels) / (len(counts) * counts[inverse])
    return weights


def _wider(squares: MeanSquares, num_seeds: int, num_images: int, confidence: float) -> Spread:
    """Return the spread of both effects or of the seeds alone: the one whose interval is wider."""
    of_seeds = Spread(standard_error=(squares.seeds / (num_seeds * num_images)) ** 0.5, df=num_seeds - 1)
    both = _spread(squares, num_seeds, num_images)
    if of_seeds.standard_error <= SAME:
        return both
    return max(
        both, of_seeds, key=lambda each: each.standard_error * stats.t.ppf((1 + confidence) / 2, each.df)
    )


def _spread(squares: MeanSquares, num_seeds: int, num_images: int) -> Spread:
    cells = num_seeds * num_images
    floor, floor_df = max((squares.seeds, num_seeds - 1), (squares.images, num_images - 1))
    total = squares.seeds + squares.images - squares.residual
    if floor <= SAME**2:
        return Spread(standard_error=0.0, df=floor_df)
    if total <= floor:
        return Spread(standard_error=(floor / cells) ** 0.5, df=floor_df)
    residual_df = (num_seeds - 1) * (num_images - 1)
    uncertainty = (
        squares.seeds**2 / (num_seeds - 1)
        + squares.images**2 / (num_images - 1)
        + squares.residual**2 / residual_df
    )
    return Spread(standard_error=(total / cells) ** 0.5, df=total**2 / uncertainty)
