"""Coverage of the interval of what twice the labels bring, where accuracy does follow a power law.

`python -m benchmarks.experiments.simulations.coverage_of_doublings` prints it.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.label_curve.power_law import PowerLaw, next_doubling
from analysis.statistics.crossed import crossed_estimate
from analysis.statistics.image_sample import ImageSample
from benchmarks.experiments.command import run_command

CONFIDENCE = 0.95
SIZES = (10, 20, 50, 100)
LAWS = {
    "steep": PowerLaw(top=0.98, drop=2.0, rate=0.6),
    "slow": PowerLaw(top=1.0, drop=0.9, rate=0.25),
    "flat at the top": PowerLaw(top=0.90, drop=3.0, rate=1.0),
}
SEED_NOISE = 0.15
"""Deviation of a seed's skill, in deviations of the images' difficulty."""


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How often the interval is given, and holds the truth.

    Attributes:
        covered: Share of the studies with an interval in which it holds the truth.
        refused: Share of the studies whose sizes seem not to follow a power law, though they do.
        width: Median width of the interval, in the objective.
    """

    covered: float
    refused: float
    width: float


def draw_study(
    law: PowerLaw, *, num_seeds: int, num_images: int, generator: np.random.Generator
) -> list[np.ndarray]:
    """Return what each seed gets right at every size, shape (seeds, images): hard images are hard at all sizes."""
    difficulty = generator.standard_normal(num_images)
    tables = []
    for size in SIZES:
        # an image is right where skill exceeds difficulty and noise; so is the mean over images that of the law
        spread = (1 + 0.5**2 + SEED_NOISE**2) ** 0.5
        skill = spread * stats.norm.ppf(law.at(size)) + SEED_NOISE * generator.standard_normal((num_seeds, 1))
        noise = 0.5 * generator.standard_normal((num_seeds, num_images))
        tables.append((skill > difficulty + noise).astype(float))
    return tables


def coverage(name: str, *, num_seeds: int, num_images: int, num_studies: int, seed: int) -> Coverage:
    """Return how often the intervals of a cell's studies hold the truth."""
    law, generator = LAWS[name], np.random.default_rng(seed)
    truth = law.at(2 * SIZES[-1]) - law.at(SIZES[-1])
    images = ImageSample.alone(num_images)
    held, widths, refused = [], [], 0
    for _ in range(num_studies):
        tables = draw_study(law, num_seeds=num_seeds, num_images=num_images, generator=generator)
        estimates = [crossed_estimate(table, confidence=CONFIDENCE, images=images) for table in tables]
        spreads = [estimate.spread for estimate in estimates if estimate.spread is not None]
        shared = np.stack([images.residual_totals(table).mean(axis=0) for table in tables])
        covariance = shared @ shared.T
        errors = np.array([spread.standard_error for spread in spreads]) ** 2
        np.fill_diagonal(covariance, np.maximum(errors, np.diag(covariance)))
        doubling = next_doubling(
            SIZES,
            [estimate.mean for estimate in estimates],
            covariance,
            df=min(spread.df for spread in spreads),
            confidence=CONFIDENCE,
        )
        assert doubling is not None
        if not doubling.follows:
            refused += 1
            continue
        held.append(doubling.low <= truth <= doubling.high)
        widths.append(doubling.high - doubling.low)
    return Coverage(
        covered=float(np.mean(held)), refused=refused / num_studies, width=float(np.median(widths))
    )


def print_cells(num_studies: int, seed: int) -> None:
    """Print one row a cell."""
    print(f"{num_studies} studies a cell, sizes {', '.join(map(str, SIZES))}")
    print("| law | true gain | seeds | test images | covered | refused | width |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, law in LAWS.items():
        gain = law.at(2 * SIZES[-1]) - law.at(SIZES[-1])
        for num_seeds in (3, 5, 10):
            for num_images in (200, 1000):
                one = coverage(
                    name, num_seeds=num_seeds, num_images=num_images, num_studies=num_studies, seed=seed
                )
                print(
                    f"| {name} | {gain:.3f} | {num_seeds} | {num_images} | {100 * one.covered:.1f} % "
                    f"| {100 * one.refused:.1f} % | {one.width:.3f} |",
                    flush=True,
                )


if __name__ == "__main__":
    run_command(__doc__, print_cells)
