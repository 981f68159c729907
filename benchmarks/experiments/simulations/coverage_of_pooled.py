"""Coverage of the mean over several data sets: `python -m benchmarks.experiments.simulations.coverage_of_pooled`.

Each set has a true difference of its own, and a study of five pairs of seeds, whose deviations may differ
between sets.
"""

import numpy as np
from scipy import special

from analysis.several.random_effects import between_variance, pool
from benchmarks.experiments.command import run_command

NUM_SEEDS = 5
SETS = (2, 3, 5, 10)
BETWEEN = (0.0, 0.5, 1.0, 3.0)
"""Deviation of the true differences between sets, in that of a pair's difference on an average set."""

FOLDS = {1: "alike", 4: "up to 4-fold", 16: "up to 16-fold"}
TRUTH = 0.3
CONFIDENCE = 0.95


def coverage(
    num_sets: int, between: float, fold: float, *, num_studies: int, seed: int
) -> tuple[float, float, float]:
    """Return how often the interval covers the true mean, half its width on average, and how often Hartung-Knapp's.

    Args:
        num_sets: Data sets of each comparison.
        between: Deviation of the true differences between sets.
        fold: By how much pairs vary more on one set than on another, at most.
        num_studies: Comparisons.
        seed: Of the draws.
    """
    generator = np.random.default_rng([seed, num_sets])
    covered, weighted, halves = 0, 0, 0.0
    for _ in range(num_studies):
        sds = np.exp(generator.uniform(-np.log(fold) / 2, np.log(fold) / 2, num_sets))
        truths = TRUTH + between * generator.standard_normal(num_sets)
        pairs = truths[:, None] + sds[:, None] * generator.standard_normal((num_sets, NUM_SEEDS))
        means, errors = pairs.mean(axis=1), pairs.std(axis=1, ddof=1) / NUM_SEEDS**0.5
        estimate = pool(means.tolist(), errors.tolist(), confidence=CONFIDENCE).estimate
        assert estimate.low is not None
        assert estimate.high is not None
        covered += estimate.low <= TRUTH <= estimate.high
        halves += (estimate.high - estimate.low) / 2
        weighted += _hartung_knapp_covers(means, errors**2)
    return covered / num_studies, halves / num_studies, weighted / num_studies


def _hartung_knapp_covers(means: np.ndarray, variances: np.ndarray) -> bool:
    """Return whether the interval weighted by precision covers; source: Hartung & Knapp (2001)."""
    weights = 1 / (variances + between_variance(means, variances))
    mean, df = (weights * means).sum() / weights.sum(), len(means) - 1
    error = ((weights * (means - mean) ** 2).sum() / df / weights.sum()) ** 0.5
    return bool(abs(mean - TRUTH) <= special.stdtrit(df, (1 + CONFIDENCE) / 2) * error)


def print_cells(num_studies: int, seed: int) -> None:
    """Print one row a cell."""
    print(f"{num_studies} comparisons a cell, {NUM_SEEDS} pairs of seeds on each set")
    print("| sets | between sets | pairs vary | covered | half width | covered by Hartung and Knapp's |")
    print("|---:|---:|---|---:|---:|---:|")
    for num_sets in SETS:
        for between in BETWEEN:
            for fold, name in FOLDS.items():
                here, half, weighted = coverage(num_sets, between, fold, num_studies=num_studies, seed=seed)
                cells = f"{100 * here:.1f} % | {half:.2f} | {100 * weighted:.1f} %"
                print(f"| {num_sets} | {between:g} | {name} | {cells} |", flush=True)


if __name__ == "__main__":
    run_command(__doc__, print_cells)
