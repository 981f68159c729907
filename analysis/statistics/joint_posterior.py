"""Joint posterior of several arms' means, with seeds and test images as crossed random effects."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.image_sample import ImageSample

_NUM_DRAWS = 20_000


@dataclass(frozen=True, kw_only=True, eq=False)
class JointPosterior:
    """Draws of what the arms' objectives are, over other seeds and other images of the same kind.

    Attributes:
        draws: Shape (draws, arms).
        num_seeds: Seeds that all arms have, from which it was made.
    """

    draws: np.ndarray
    num_seeds: int

    @property
    def probability_best(self) -> np.ndarray:
        """Shape (arms,): the probability that the arm's objective is the highest."""
        best = self.draws == self.draws.max(axis=1, keepdims=True)
        shares: np.ndarray = (best / best.sum(axis=1, keepdims=True)).mean(
            axis=0
        )  # arms that are one share it
        return shares

    @property
    def expected_loss(self) -> np.ndarray:
        """Shape (arms,): how much is lost on average by using the arm, against the one that is best."""
        lost: np.ndarray = (self.draws.max(axis=1, keepdims=True) - self.draws).mean(axis=0)
        return lost

    def loss_if_not_best(self, arm: int) -> float | None:
        """Return how much is lost on average by using an arm where it is not the best; None where it always is."""
        lost = self.draws.max(axis=1) - self.draws[:, arm]
        wrong = lost[lost > 0]
        return float(wrong.mean()) if len(wrong) else None


def joint_posterior(table: np.ndarray, images: ImageSample | None) -> JointPosterior | None:
    """Return the posterior of the arms' means under flat priors; None with one seed.

    Seeds and units (images, or groups of them) are crossed random effects, each with a covariance between arms, as all
    arms are trained on the same seeds and measured on the same images. The covariance of the means is that of the
    seeds plus what the units add to the residual's, in no direction less than that of the seeds alone or of the units
    alone, as with the intervals of single differences (`crossed_estimate`). The draws of each part are scaled by the
    square root of its degrees of freedom over a chi-square: each difference of two arms alone has the distribution of
    Behrens and Fisher, with few seeds heavy tails.

    Args:
        table: Shape (arms, S seeds, I images): each image's correctness; shape (arms, S, 1) of objectives where there
            are no images.
        images: What is averaged over which units; None where there are no images.

    Source: the two-way random model, e.g. Searle, Casella & McCulloch (1992), ch. 11; Box & Tiao (1973), ch. 2.
    """
    num_seeds = table.shape[1]
    if num_seeds < 2:
        return None
    generator = np.random.default_rng(0)
    by_seed = table[:, :, 0] if images is None else np.stack([images.means(arm) for arm in table])
    deviations = by_seed - by_seed.mean(axis=1, keepdims=True)
    of_seeds = deviations @ deviations.T / (num_seeds - 1) / num_seeds
    draws = by_seed.mean(axis=1) + _scaled(of_seeds, num_seeds - 1, generator)
    if images is not None and images.num_groups > 1:
        draws = draws + _scaled(_added_by_units(table, images, of_seeds), images.df, generator)
    return JointPosterior(draws=draws, num_seeds=num_seeds)


def _added_by_units(table: np.ndarray, images: ImageSample, of_seeds: np.ndarray) -> np.ndarray:
    """Return the covariance that units add to that of the seeds, shape (arms, arms)."""
    totals = np.stack([images.residual_totals(arm) for arm in table])
    by_unit = totals.mean(axis=1)
    rest = (totals - by_unit[:, None]).reshape(len(table), -1)
    num_seeds = table.shape[1]
    of_units, residual = by_unit @ by_unit.T, rest @ rest.T / (num_seeds - 1) / num_seeds
    added = _positive(of_units - residual)
    whole: np.ndarray = added + _positive(of_units - of_seeds - added)
    return whole


def _positive(matrix: np.ndarray) -> np.ndarray:
    """Return the part of a symmetric matrix that is not negative in any direction."""
    values, vectors = np.linalg.eigh(matrix)
    part: np.ndarray = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return part


def _scaled(covariance: np.ndarray, df: float, generator: np.random.Generator) -> np.ndarray:
    """Return draws of a multivariate t about 0, shape (draws, arms)."""
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    normal = generator.standard_normal((_NUM_DRAWS, len(covariance))) @ root.T
    scaled: np.ndarray = normal * np.sqrt(df / generator.chisquare(df, (_NUM_DRAWS, 1)))
    return scaled
