"""Simulated ends of arms and a reference, of many studies at once, with what the first seeds of each show.

Spreads are computed for all studies together; `tests/benchmarks/test_verdicts.py` holds them against `paired_t` and
`crossed_estimate`, which take one study each.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

LEVEL, SHARED_IMAGE_SD, ARM_IMAGE_SD, SEED_SD, NOISE_SD = 0.9, 0.8, 0.4, 0.12, 0.6
"""Of the normal score that makes an image right above 0: its mean, and the deviations of an image, of an arm on an
image, of a run, and of a run on an image."""

_CHUNK_CELLS = 6_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """What the first seeds show of each arm against the reference; all of shape (studies, arms)."""

    mean: np.ndarray
    standard_error: np.ndarray
    df: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How runs vary.

    Attributes:
        name: In words.
        noise: Distribution of the runs' ends about their arm's mean; "images" where each run is right or wrong on each
            of `num_images`.
        num_images: Test images.
        margin: Half the width of what counts as the same: for "images" of the accuracy, else in deviations of a pair's
            difference.
        narrow: A margin that these seeds can hardly ever show anything to lie in.
    """

    name: str
    noise: str
    num_images: int = 0
    margin: float = 1.0
    narrow: float = 0.05


GAUSSIAN = Kind(name="seeds, normal", noise="normal")
KINDS = (
    GAUSSIAN,
    Kind(name="seeds, arms skewed", noise="skewed"),
    Kind(name="seeds, heavy tails", noise="heavy"),
    Kind(name="seeds x 60 images", noise="images", num_images=60, margin=0.2, narrow=0.005),
    Kind(name="seeds x 300 images", noise="images", num_images=300, margin=0.1, narrow=0.005),
)


def drawn(
    kind: Kind, truths: np.ndarray, *, num_studies: int, num_seeds: int, generator: np.random.Generator
) -> Iterator[np.ndarray]:
    """Yield the runs of some of the studies at a time: shape (studies, 1 + arms, seeds, images), the reference first.

    Where there are no images, the last axis is one end, with a deviation of the root of a half: a pair's is 1.

    Args:
        kind: How runs vary.
        truths: Shape (arms,) or (studies, arms): true differences to the reference, in the kind's unit.
        num_studies: Studies in all.
        num_seeds: Seeds of each run.
        generator: Of all draws.
    """
    truths = np.broadcast_to(truths, (num_studies, np.shape(truths)[-1]))
    num_arms = truths.shape[1]
    step = max(1, _CHUNK_CELLS // ((num_arms + 1) * num_seeds * max(1, kind.num_images)))
    for start in range(0, num_studies, step):
        of_these = np.hstack([np.zeros((len(truths[start : start + step]), 1)), truths[start : start + step]])
        if kind.noise == "images":
            yield _correct(of_these, num_seeds, kind.num_images, generator)
        else:
            noise = _noise(kind.noise, (len(of_these), num_arms + 1, num_seeds), generator)
            yield (of_these[:, :, None] + noise * 0.5**0.5)[..., None]


def by_seeds(runs: np.ndarray) -> Shown:
    """Return what runs without images show: paired t, `analysis.statistics.paired`."""
    differences = runs[:, 1:, :, 0] - runs[:, :1, :, 0]
    num_seeds = differences.shape[2]
    return Shown(
        mean=differences.mean(axis=2),
        standard_error=differences.std(axis=2, ddof=1) / num_seeds**0.5,
        df=np.full(differences.shape[:2], num_seeds - 1.0),
    )


def by_seeds_and_images(runs: np.ndarray, *, alpha: float) -> Shown:
    """Return what correctness shows, seeds and images crossed: `analysis.statistics.crossed`, images alone.

    Args:
        runs: Shape (studies, 1 + arms, seeds, images).
        alpha: Of the intervals of which the widest counts.
    """
    differences = runs[:, 1:].astype(np.int8) - runs[:, :1].astype(np.int8)
    num_seeds, num_images = differences.shape[2:]
    cells = num_seeds * num_images
    by_seed = differences.sum(axis=3, dtype=np.float64) / num_images
    by_image = differences.sum(axis=2, dtype=np.float64) / num_seeds
    mean = by_seed.mean(axis=2)
    of_seeds = num_images * ((by_seed - mean[..., None]) ** 2).sum(axis=2)
    of_images = num_seeds * ((by_image - mean[..., None]) ** 2).sum(axis=2)
    total = np.abs(differences).sum(axis=(2, 3), dtype=np.float64) - cells * mean**2
    dfs = (num_seeds - 1, num_images - 1, (num_seeds - 1) * (num_images - 1))
    seeds, images = of_seeds / dfs[0], of_images / dfs[1]
    rest = (total - of_seeds - of_images) / dfs[2]
    both = seeds + images - rest
    floor, floor_df = np.maximum(seeds, images), np.where(seeds >= images, dfs[0], dfs[1])
    uncertainty = seeds**2 / dfs[0] + images**2 / dfs[1] + rest**2 / dfs[2]
    both_df = np.where(both <= floor, floor_df, both**2 / np.maximum(uncertainty, 1e-300))
    variances = np.stack([np.maximum(both, floor), seeds, images]) / cells
    df = np.stack([both_df, np.full_like(both, dfs[0]), np.full_like(both, dfs[1])])
    widest = (np.sqrt(variances) * special.stdtrit(np.maximum(df, 1.0), 1 - alpha / 2)).argmax(axis=0)[None]
    return Shown(
        mean=mean,
        standard_error=np.sqrt(np.take_along_axis(variances, widest, axis=0)[0]),
        df=np.take_along_axis(df, widest, axis=0)[0],
    )


def _noise(kind: str, shape: tuple[int, ...], generator: np.random.Generator) -> np.ndarray:
    """Return draws with mean 0 and deviation 1 of runs; the reference of skewed arms is normal."""
    if kind == "heavy":
        return generator.standard_t(3, shape) / 3**0.5
    noise = generator.standard_normal(shape)
    if kind == "skewed":  # low ends are further out than high ones
        noise[:, 1:] = (2 - generator.gamma(2.0, size=noise[:, 1:].shape)) / 2**0.5
    return noise


def _correct(
    truths: np.ndarray, num_seeds: int, num_images: int, generator: np.random.Generator
) -> np.ndarray:
    num_studies, num_runs = truths.shape

    def normal(*shape: int) -> np.ndarray:
        return generator.standard_normal(shape, dtype=np.float32)

    deviation = (SHARED_IMAGE_SD**2 + ARM_IMAGE_SD**2 + SEED_SD**2 + NOISE_SD**2) ** 0.5
    levels = stats.norm.ppf(stats.norm.cdf(LEVEL / deviation) + truths) * deviation
    score = NOISE_SD * normal(num_studies, num_runs, num_seeds, num_images)
    score += SHARED_IMAGE_SD * normal(num_studies, 1, 1, num_images)
    score += ARM_IMAGE_SD * normal(num_studies, num_runs, 1, num_images)
    score += SEED_SD * normal(num_studies, num_runs, num_seeds, 1)
    correct: np.ndarray = score > -levels[:, :, None, None]
    return correct
