"""How often an interval covers what it seems to be about, the difference of two methods, with one search and several.

    python -m benchmarks.experiments.simulations.search_noise [--quick] [--surface flat steep] [--searches 300]

For each surface and budget a pool of searches of each arm is made. A study draws its searches from the pool at random,
so that the truth, the difference between the pool's means, is exact; seeds and images are drawn anew for every study.
"""

import argparse
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import optuna

from analysis.statistics.crossed import crossed_estimate
from analysis.statistics.estimate import Estimate
from benchmarks.experiments.simulations.simulated_searches import (
    Surface,
    confirmed_differences,
    searched_accuracy,
)

CONFIDENCE = 0.95
REPEATS = (1, 3, 5, 10)
TRIALS = (12, 24)
IMAGES = (200, 1000)
SURFACES = {"flat": Surface(steepness=0.03, gain=0.01), "steep": Surface(steepness=0.12, gain=0.03)}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What came of the studies of one kind.

    Attributes:
        covered: Share of their intervals that hold the methods' difference.
        half_width: Mean of half the interval's width.
        same: Chance that two such studies have the same verdict.
    """

    covered: float
    half_width: float
    same: float


def pool(surface: Surface, *, num_trials: int, num_searches: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what the winners of so many searches reach on average, of `adapted` and of `fixed`."""
    generator = np.random.default_rng(num_trials)
    found = [
        [
            searched_accuracy(arm, surface, num_trials=num_trials, seed=seed, generator=generator)
            for arm in ("adapted", "fixed")
        ]
        for seed in range(num_searches)
    ]
    arm, reference = np.array(found).T
    return arm, reference


def estimate_of(differences: np.ndarray) -> Estimate:
    """Return a study's estimate: over the seeds of one search, or over the means of several.

    Args:
        differences: Shape (searches, seeds, images).
    """
    rows = differences[0] if len(differences) == 1 else differences.mean(axis=1)
    return crossed_estimate(rows, confidence=CONFIDENCE)


def verdict(estimate: Estimate) -> str:
    """Return which arm an interval calls better; "none" where it includes no difference."""
    assert estimate.low is not None
    assert estimate.high is not None
    if estimate.low <= 0 <= estimate.high:
        return "none"
    return "arm" if estimate.mean > 0 else "reference"


def cell(arm: np.ndarray, reference: np.ndarray, *, repeats: int, num_images: int, num_studies: int) -> Cell:
    """Return what comes of studies of `repeats` searches each, drawn from pools whose searches are pairs."""
    truth = float(arm.mean() - reference.mean())
    generator = np.random.default_rng([repeats, num_images])
    estimates = []
    for _ in range(num_studies):
        own = generator.integers(0, len(arm), repeats)
        found = confirmed_differences(arm[own], reference[own], num_images=num_images, generator=generator)
        estimates.append(estimate_of(found))
    ends = np.array([(each.low, each.high) for each in estimates], dtype=float)
    counts = Counter(verdict(each) for each in estimates)
    same = sum(count * (count - 1) for count in counts.values()) / (num_studies * (num_studies - 1))
    return Cell(
        covered=float(((ends[:, 0] <= truth) & (truth <= ends[:, 1])).mean()),
        half_width=float((ends[:, 1] - ends[:, 0]).mean() / 2),
        same=same,
    )


def rows(names: Sequence[str], *, num_searches: int, num_studies: int) -> Iterator[str]:
    """Yield the table, a row for each surface, budget, number of test images and number of searches."""
    yield (
        "| surface | trials | sd of winners (adapted, fixed) | methods' difference | test images | searches | "
        "covers it | half width | same verdict again |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, num_trials in itertools.product(names, TRIALS):
        arm, reference = pool(SURFACES[name], num_trials=num_trials, num_searches=num_searches)
        known = f"{arm.std():.3f}, {reference.std():.3f} | {arm.mean() - reference.mean():+.3f}"
        for num_images, repeats in itertools.product(IMAGES, REPEATS):
            found = cell(arm, reference, repeats=repeats, num_images=num_images, num_studies=num_studies)
            yield (
                f"| {name} | {num_trials} | {known} | {num_images} | {repeats} | {100 * found.covered:.1f} % | "
                f"{found.half_width:.3f} | {100 * found.same:.0f} % |"
            )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few studies of each cell")
    parser.add_argument("--surface", choices=SURFACES, nargs="+", default=list(SURFACES))
    parser.add_argument("--searches", type=int, default=300, help="searches of each arm in a pool")
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    num_searches, num_studies = (30, 20) if arguments.quick else (arguments.searches, 400)
    for row in rows(arguments.surface, num_searches=num_searches, num_studies=num_studies):
        print(row, flush=True)


if __name__ == "__main__":
    main()
