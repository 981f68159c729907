"""Joint posterior of several arms' means, with seeds and test images as crossed random effects."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.statistics.image_sample import ImageSample
from analysis.statistics.paired import SAME
from analysis.statistics.shrinkage import draw_shrinkage

_NUM_DRAWS = 10_000


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
    """Return the posterior of the arms' means under an exchangeable prior; None with one seed.

    Seeds and units (images, or groups of them) are crossed random effects, each with a covariance between arms, as all
    arms are trained on the same seeds and measured on the same images. The covariance of the means is that of the
    seeds plus what the units add to the residual's, in no direction less than that of the seeds alone or of the units
    alone, as with the intervals of single differences (`crossed_estimate`). With few seeds it is known badly, and arms
    whose difference seems precise by chance would come out as the best too surely: so it is mixed with one that all
    arms share alike, which counts as the number of arms does against the seeds' degrees of freedom. The arms'
    differences are shrunk towards none by how far they lie apart (`draw_shrinkage`), and drawn from a multivariate t.

    Args:
        table: Shape (arms, S seeds, I images): each image's correctness; shape (arms, S, 1) of objectives where there
            are no images.
        images: What is averaged over which units; None where there are no images.

    Source: the two-way random model, e.g. Searle, Casella & McCulloch (1992), ch. 11; Ledoit & Wolf (2004), for the
    mixing. How often what is said comes true: docs/evidence.md.
    """
    num_arms, num_seeds = table.shape[:2]
    if num_seeds < 2:
        return None
    by_seed = table[:, :, 0] if images is None else np.stack([images.means(arm) for arm in table])
    deviations = by_seed - by_seed.mean(axis=1, keepdims=True)
    of_seeds = deviations @ deviations.T / (num_seeds - 1) / num_seeds
    parts = [_Part(_centred(of_seeds), num_seeds - 1)]
    if images is not None and images.num_groups > 1:
        parts.append(_Part(_centred(_added_by_units(table, images, of_seeds)), images.df))
    means = by_seed.mean(axis=1)
    variance = sum(part.variance for part in parts)
    if num_arms == 1 or variance <= SAME**2:
        return JointPosterior(draws=np.tile(means, (_NUM_DRAWS, 1)), num_seeds=num_seeds)
    return JointPosterior(draws=_draws(means, parts, variance), num_seeds=num_seeds)


@dataclass(frozen=True, eq=False)
class _Part:
    """What one effect adds to the covariance of the arms about their mean, and its degrees of freedom."""

    covariance: np.ndarray
    df: float

    @property
    def variance(self) -> float:
        """The part that an arm has in it on average."""
        return float(np.trace(self.covariance)) / max(1, len(self.covariance) - 1)


def _draws(means: np.ndarray, parts: Sequence[_Part], variance: float) -> np.ndarray:
    """Return draws of the means, shape (draws, arms)."""
    generator = np.random.default_rng(0)
    num_arms, observed = len(means), parts[0].df / (parts[0].df + len(means))
    common = variance * (np.eye(num_arms) - 1 / num_arms)
    covariance = observed * sum(part.covariance for part in parts) + (1 - observed) * common
    pooled_df = _satterthwaite(parts, [part.df * (num_arms - 1) for part in parts])
    df = _satterthwaite(parts, [part.df * (1 + (num_arms - 2) * (1 - observed)) for part in parts])
    apart = means - means.mean()
    shrinkage = draw_shrinkage(
        squares=float((apart**2).sum()),
        variance=variance,
        df=pooled_df,
        num_differences=num_arms - 1,
        size=_NUM_DRAWS,
        generator=generator,
    )[:, None]
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    noise = generator.standard_normal((_NUM_DRAWS, num_arms)) @ root.T
    noise *= np.sqrt(df / generator.chisquare(df, (_NUM_DRAWS, 1)))
    drawn: np.ndarray = means.mean() + (1 - shrinkage) * apart + np.sqrt(1 - shrinkage) * noise
    return drawn


def _satterthwaite(parts: Sequence[_Part], dfs: Sequence[float]) -> float:
    """Return the degrees of freedom of the sum of the parts' variances."""
    total = sum(part.variance for part in parts)
    return float(total**2 / sum(part.variance**2 / df for part, df in zip(parts, dfs, strict=True)))


def _centred(covariance: np.ndarray) -> np.ndarray:
    """Return the covariance of the differences to the mean of all arms."""
    centre = np.eye(len(covariance)) - 1 / len(covariance)
    centred: np.ndarray = centre @ covariance @ centre
    return centred


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
