"""How often the interval over seeds and test images, or groups of them, covers a simulated truth.

Run as `python -m benchmarks.experiments.simulations.coverage_of_images [--quick] [--part groups|classes|seeds]`.

An image is right where a normal score is above 0: its class's level in the arm, and random parts of the image, of its
patient, of the arm on this image and on this patient, of the run, and of the run on this image. So the truth is
known: the difference of the arms' normal probabilities, over all images and seeds of the kind. Half of the studies
compare equal arms, the others such of which one is better in one class.
"""

import argparse
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from analysis.statistics.crossed import crossed_spread
from analysis.statistics.estimate import t_interval
from analysis.statistics.image_sample import ImageSample

NUM_STUDIES = 1000
QUICK_STUDIES = 20
SEEDS = (5, 10, 20)
LEVELS = (1.9, 0.6)
"""Scores of the two classes at which a network is right: 0.88 and 0.65 of their images."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One kind of study.

    Attributes:
        num_seeds: Pairs of runs.
        sizes: Images of a patient: the least and the most, evenly drawn.
        num_groups: Patients.
        rare_share: Share of the second class.
        mixed: Whether a patient has images of both classes; else all of the patient's are of one.
        balanced: Whether the objective is balanced accuracy.
        gain: Score that the first class gains in the arm; 0 for equal arms.
        group_sd: Deviation of the arms' difference on a patient.
        num_rare: The number of rare images, where it is fixed.
    """

    num_seeds: int
    num_groups: int
    sizes: tuple[int, int] = (1, 1)
    rare_share: float = 0.4
    mixed: bool = True
    balanced: bool = False
    gain: float = 0.0
    group_sd: float = 0.5
    num_rare: int | None = None


SHARED_GROUP_SD, SHARED_IMAGE_SD, ARM_IMAGE_SD, SEED_SD, NOISE_SD = 0.7, 0.8, 0.4, 0.12, 0.6


def study(cell: Cell, generator: np.random.Generator) -> tuple[np.ndarray, ImageSample]:
    """Return differences of correctness, shape (seeds, images), and the sample that they are of."""
    sizes = generator.integers(cell.sizes[0], cell.sizes[1] + 1, size=cell.num_groups)
    groups = np.repeat(np.arange(cell.num_groups), sizes)
    labels = _labels(cell, groups, generator)
    num_images = len(groups)
    shared = SHARED_GROUP_SD * generator.normal(size=cell.num_groups)[groups]
    shared += SHARED_IMAGE_SD * generator.normal(size=num_images)
    correct = []
    for gain in (cell.gain, 0.0):
        score = shared + np.array(LEVELS)[labels] + gain * (labels == 0)
        score = score + cell.group_sd * generator.normal(size=cell.num_groups)[groups]
        score = score + ARM_IMAGE_SD * generator.normal(size=num_images)
        runs = score + SEED_SD * generator.normal(size=(cell.num_seeds, 1))
        correct.append(runs + NOISE_SD * generator.normal(size=(cell.num_seeds, num_images)) > 0)
    names = [str(group) for group in groups]
    sample = ImageSample.of(groups=names, labels=labels, balanced=cell.balanced)
    return correct[0].astype(float) - correct[1], sample


def truth(cell: Cell) -> float:
    """Return the difference that a study of that kind estimates."""
    sds = (SHARED_GROUP_SD, SHARED_IMAGE_SD, cell.group_sd, ARM_IMAGE_SD, SEED_SD, NOISE_SD)
    deviation = sum(each**2 for each in sds) ** 0.5
    gained = stats.norm.cdf((LEVELS[0] + cell.gain) / deviation) - stats.norm.cdf(LEVELS[0] / deviation)
    share = 0.5 if cell.balanced else 1 - cell.rare_share
    return float(share * gained)


def coverage(cell: Cell, *, num_studies: int, seed: int = 0) -> float:
    """Return the share of studies whose 95 % interval holds the truth; of equal arms it is 1 - false alarms."""
    generator = np.random.default_rng([seed, cell.num_seeds, cell.num_groups, *cell.sizes])
    covered = 0
    for _ in range(num_studies):
        differences, sample = study(cell, generator)
        spread = crossed_spread(differences, sample, confidence=0.95)
        assert spread is not None
        low, high = t_interval(float(sample.means(differences).mean()), spread, confidence=0.95)
        covered += low <= truth(cell) <= high
    return covered / num_studies


def group_cells() -> Iterator[tuple[str, Cell]]:
    """Yield patients: how many, of how many images, in one class or both."""
    for num_groups, sizes, mixed, balanced in itertools.product(
        (10, 20, 50, 100), ((25, 25), (5, 25), (5, 5)), (True, False), (False, True)
    ):
        kind = f"{'both' if mixed else 'one'} | {'balanced' if balanced else 'accuracy'}"
        name = f"{num_groups} | {sizes[0]}-{sizes[1]} | {kind}"
        yield (
            name,
            Cell(num_seeds=0, num_groups=num_groups, sizes=sizes, mixed=mixed, balanced=balanced),
        )


def class_cells() -> Iterator[tuple[str, Cell]]:
    """Yield independent images of which a class is rare: balanced accuracy."""
    for ratio, num_rare in itertools.product((10, 50), (3, 5, 10, 20, 40)):
        num_images = num_rare * (ratio + 1)
        share = 1 / (ratio + 1)
        name = f"1:{ratio} | {num_rare} of {num_images}"
        yield (
            name,
            Cell(num_seeds=0, num_groups=num_images, rare_share=share, balanced=True, num_rare=num_rare),
        )


def seed_cells() -> Iterator[tuple[str, Cell]]:
    """Yield independent images: how many."""
    for num_images in (50, 100, 200, 500):
        yield f"{num_images}", Cell(num_seeds=0, num_groups=num_images)


PARTS = {
    "seeds": ("images", seed_cells),
    "groups": ("patients | images each | classes of a patient | objective", group_cells),
    "classes": ("classes | images of the rare class", class_cells),
}


def _labels(cell: Cell, groups: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return classes, 0 or 1, of which each has at least an image."""
    if cell.num_rare is not None:
        labels = np.zeros(len(groups), dtype=np.int64)
        labels[generator.choice(len(groups), size=cell.num_rare, replace=False)] = 1
        return labels
    while True:
        if cell.mixed:
            shares = generator.beta(4 * cell.rare_share, 4 * (1 - cell.rare_share), size=cell.num_groups)
            labels = (generator.random(len(groups)) < shares[groups]).astype(np.int64)
        else:
            labels = (generator.random(cell.num_groups) < cell.rare_share).astype(np.int64)[groups]
        per_class = [len(np.unique(groups[labels == label])) for label in (0, 1)]
        if min(per_class) >= 1:
            return labels


def main() -> None:
    """Print one table a part, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_STUDIES} studies a cell")
    parser.add_argument("--studies", type=int, default=None)
    parser.add_argument("--part", choices=sorted(PARTS))
    chosen = parser.parse_args()
    num_studies = chosen.studies or (QUICK_STUDIES if chosen.quick else NUM_STUDIES)
    for part in [chosen.part] if chosen.part else list(PARTS):
        header, cells = PARTS[part]
        columns = [f"n = {n}, {what}" for n in SEEDS for what in ("false alarms", "coverage")]
        print(f"\n| {header} | {' | '.join(columns)} |\n|{'---|' * (header.count('|') + 1 + len(columns))}")
        for name, cell in cells():
            shown = []
            for num_seeds in SEEDS:
                equal = coverage(replace(cell, num_seeds=num_seeds), num_studies=num_studies)
                better = coverage(
                    replace(cell, num_seeds=num_seeds, gain=0.4), num_studies=num_studies, seed=1
                )
                shown += [f"{100 * (1 - equal):.1f} %", f"{100 * better:.1f} %"]
            print(f"| {name} | {' | '.join(shown)} |", flush=True)


if __name__ == "__main__":
    main()
