"""Coverage of the 95 % interval over re-drawn splits, beside that of a t interval that takes splits as independent.

`python -m benchmarks.experiments.simulations.splits.coverage_of_splits` prints it.
"""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.paired import paired_t
from analysis.statistics.resampled import resampled_estimate
from benchmarks.experiments.command import run_command
from benchmarks.experiments.simulations.splits.simulated_splits import (
    NUM_FEATURES,
    TEST_SHARE,
    Arm,
    accuracy,
    draw_images,
    draw_split,
    taken,
    train,
    true_accuracy,
)

CONFIDENCE = 0.95
PAIRS = {
    "fewer features": (Arm(ridge=1.0), Arm(ridge=1.0, features=tuple(range(8)))),
    "other features": (
        Arm(ridge=1.0, features=tuple(range(0, NUM_FEATURES, 2))),
        Arm(ridge=1.0, features=tuple(range(1, NUM_FEATURES, 2))),
    ),
    "noisy seeds": (Arm(ridge=1.0, seed_noise=0.4), Arm(ridge=30.0, seed_noise=0.4)),
}
TRUTHS = 20_000
"""Training sets that the true difference is a mean of."""


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Shares of studies whose interval holds the true difference.

    Attributes:
        corrected: Of the interval over splits.
        naive: Of the t interval of all pairs, as if they were independent.
        width_ratio: Mean width of the first over that of the second.
    """

    corrected: float
    naive: float
    width_ratio: float


def true_difference(pair: str, num_train: int, generator: np.random.Generator) -> float:
    """Return the difference of the arms, averaged over training sets of that size and all test images."""
    total, block = 0.0, 2000
    for _ in range(TRUTHS // block):
        features, labels = draw_images(block, num_train, generator)
        ends = [true_accuracy(train(features, labels, arm, generator)).mean() for arm in PAIRS[pair]]
        total += float(ends[0] - ends[1])
    return total / (TRUTHS // block)


def differences(
    pair: str,
    *,
    num_images: int,
    num_splits: int,
    num_seeds: int,
    num_studies: int,
    seed: int,
    test_share: float = TEST_SHARE,
) -> np.ndarray:
    """Return the difference of every pair of runs, shape (studies, splits, seeds)."""
    generator = np.random.default_rng(seed)
    features, labels = draw_images(num_studies, num_images, generator)
    found = np.zeros((num_studies, num_splits, num_seeds))
    for split in range(num_splits):
        rest, test = draw_split(labels, generator, test_share=test_share)
        training, held_out = [(taken(features, p), taken(labels, p)) for p in (rest, test)]
        for repeat in range(num_seeds):
            ends = [accuracy(train(*training, arm, generator), *held_out) for arm in PAIRS[pair]]
            found[:, split, repeat] = ends[0] - ends[1]
    return found


def coverage(found: np.ndarray, truth: float, *, test_share: float = TEST_SHARE) -> Coverage:
    """Return how often the intervals of studies hold the truth; one without a width where the arms never differ."""
    rows = []
    for study in found:
        over_splits = resampled_estimate(
            study.mean(axis=1).tolist(), test_share=test_share, confidence=CONFIDENCE
        )
        over_pairs = paired_t(study.ravel().tolist(), confidence=CONFIDENCE)
        row = []
        for estimate in (over_splits, over_pairs):
            assert estimate is not None
            assert estimate.low is not None
            assert estimate.high is not None
            row += [estimate.low <= truth <= estimate.high, estimate.high - estimate.low]
        rows.append(row)
    corrected, width, naive, naive_width = np.mean(rows, axis=0)
    return Coverage(corrected=corrected, naive=naive, width_ratio=width / naive_width)


def print_cells(num_studies: int, seed: int) -> None:
    """Print one row a cell."""
    print(f"{num_studies} studies a cell; {100 * CONFIDENCE:.0f} % intervals")
    print("| arms | images | splits | seeds of each | corrected | naive | times as wide |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for pair in PAIRS:
        for num_images in (80, 400):
            num_train = num_images - 2 * round(TEST_SHARE * num_images / 2)
            truth = true_difference(pair, num_train, np.random.default_rng(seed + 1))
            for num_splits, num_seeds in ((3, 1), (5, 1), (5, 3), (10, 1), (10, 3), (20, 1)):
                found = differences(
                    pair,
                    num_images=num_images,
                    num_splits=num_splits,
                    num_seeds=num_seeds,
                    num_studies=num_studies,
                    seed=seed,
                )
                one = coverage(found, truth)
                shares = f"{100 * one.corrected:.1f} % | {100 * one.naive:.1f} % | {one.width_ratio:.2f}"
                print(f"| {pair} | {num_images} | {num_splits} | {num_seeds} | {shares} |", flush=True)


def print_shares(num_studies: int, seed: int) -> None:
    """Print one row a share of the images that is tested, of arms that see different things."""
    print("| share tested | images | splits | corrected | naive | times as wide |")
    print("|---:|---:|---:|---:|---:|---:|")
    for share in (0.1, 0.4, 0.65):
        for num_images in (80, 400):
            num_train = num_images - 2 * round(share * num_images / 2)
            truth = true_difference("other features", num_train, np.random.default_rng(seed + 1))
            for num_splits in (5, 10):
                found = differences(
                    "other features",
                    num_images=num_images,
                    num_splits=num_splits,
                    num_seeds=1,
                    num_studies=num_studies,
                    seed=seed,
                    test_share=share,
                )
                one = coverage(found, truth, test_share=share)
                shares = f"{100 * one.corrected:.1f} % | {100 * one.naive:.1f} % | {one.width_ratio:.2f}"
                print(f"| {share} | {num_images} | {num_splits} | {shares} |", flush=True)


def print_all(num_studies: int, seed: int) -> None:
    """Print both tables."""
    print_cells(num_studies, seed)
    print_shares(num_studies, seed)


if __name__ == "__main__":
    run_command(__doc__, print_all)
