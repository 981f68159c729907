"""How often intervals over seeds and images cover a simulated truth where the objective is made of scores.

Run as `python -m benchmarks.experiments.simulations.coverage_of_scores [--studies 1000] [--seeds 3 5 10]`.

Every image has labels, each by itself with a prevalence, or one class of two. The score of a label is its separation
times the label, plus what is the image's own, shared by both arms and all seeds, what is the image's in one arm, and
noise of the run; the separation of a run varies between seeds. Both arms are alike in distribution, so that the true
difference of any objective is 0, or the second arm's separation is less, and the truth is the difference on 50,000
images and 40 seeds. Beside the coverage: the mean width of the intervals, and the coverage of the interval over seeds
alone, which holds for these images only.
"""

import argparse
from dataclasses import dataclass

import numpy as np

from analysis.loading.image_values import values_of_scores
from analysis.statistics.crossed import crossed_estimate
from analysis.statistics.image_sample import ImageSample
from analysis.statistics.paired import paired_t
from trainables.objectives import Objective, Scored, objective_of

SEEDS = (3, 5, 10)
SEPARATION, SEED_SD, IMAGE_SD, ARM_SD = 1.8, 0.2, 0.7, 0.5
"""In deviations of what a run adds by chance."""
TRUTH_IMAGES, TRUTH_SEEDS = 50_000, 40


@dataclass(frozen=True, kw_only=True)
class World:
    """What images and runs are like.

    Attributes:
        objective: What is measured.
        num_images: Test images; validation has as many.
        prevalences: Share of the images with each label; of one, it is the second of two classes.
        behind: How much less the second arm separates.
    """

    objective: Objective
    num_images: int
    prevalences: tuple[float, ...]
    behind: float = 0.0

    @property
    def one_class(self) -> bool:
        """Whether images have one class of two."""
        return len(self.prevalences) == 1


def main() -> None:
    """Simulate every cell and print its coverage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    asked = parser.parse_args()
    print("objective, images, prevalences, seeds: covered (seeds alone), mean width")
    for world in _worlds():
        truth = _truth(world)
        for num_seeds in asked.seeds:
            covered, alone, width = simulate(world, num_seeds, truth=truth, num_studies=asked.studies)
            shares = " ".join(f"{share:g}" for share in world.prevalences)
            print(
                f"{world.objective.name:24} {world.num_images:4} {shares:16} behind {world.behind:g} {num_seeds:2}: "
                f"{100 * covered:5.1f} % ({100 * alone:5.1f} %) {width:.3f}",
                flush=True,
            )


def _worlds() -> list[World]:
    found = []
    for name, many in (
        ("auroc", False),
        ("macro_f1", False),
        ("sensitivity@0.9", False),
        ("mean_average_precision", True),
        ("auroc", True),
        ("macro_f1", True),
    ):
        for num_images in (100, 300):
            for prevalences in ((0.4, 0.2, 0.1),) if many else ((0.5,), (0.1,)):
                found.append(
                    World(objective=objective_of(name), num_images=num_images, prevalences=prevalences)
                )
        found.append(World(objective=objective_of(name), num_images=300, prevalences=prevalences, behind=0.6))
    return found


def simulate(
    world: World, num_seeds: int, *, truth: float, num_studies: int, seed: int = 0
) -> tuple[float, float, float]:
    """Return how often the crossed interval covers, the one over seeds alone, and the first one's mean width."""
    draws = np.random.default_rng([seed, num_seeds, world.num_images])
    covered, alone, widths = 0, 0, []
    for _ in range(num_studies):
        values, labels = _study(world, num_seeds, draws)
        sample = ImageSample.of(groups=[None] * world.num_images, labels=labels, balanced=world.one_class)
        differences = values[0] - values[1]
        estimate = crossed_estimate(differences, confidence=0.95, images=sample)
        of_seeds = paired_t(sample.means(differences).tolist(), confidence=0.95)
        covered += _covers(estimate.low, truth, estimate.high)
        alone += _covers(of_seeds.low, truth, of_seeds.high)
        if estimate.low is not None and estimate.high is not None:
            widths.append(estimate.high - estimate.low)
    return covered / num_studies, alone / num_studies, float(np.mean(widths))


def _covers(low: float | None, truth: float, high: float | None) -> bool:
    return low is not None and high is not None and low <= truth <= high


def _study(world: World, num_seeds: int, draws: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return what every image adds, (2 arms, seeds, images), and the classes of the images."""
    truth = _labels(world, world.num_images, draws)
    val_truth = _labels(world, world.num_images, draws)
    shared = [IMAGE_SD * draws.normal(size=truth.shape) for _ in range(2)]
    values = np.empty((2, num_seeds, world.num_images))
    for arm in range(2):
        own = [ARM_SD * draws.normal(size=truth.shape) for _ in range(2)]
        for run in range(num_seeds):
            separation = _separation(world, arm, draws)
            test = _scored(truth, separation, shared[0] + own[0], draws)
            threshold = None
            if world.objective.specificity is not None:
                val = _scored(val_truth, separation, shared[1] + own[1], draws)
                threshold = world.objective.threshold(val)
            values[arm, run] = values_of_scores(test, world.objective, threshold=threshold)
    return values, truth[:, -1]


def _labels(world: World, num: int, draws: np.random.Generator) -> np.ndarray:
    """Return label sets, of one class an image a column of 0 and 1: two images or more have each label, and lack it."""
    while True:
        truth = (draws.random((num, len(world.prevalences))) < world.prevalences).astype(int)
        if (truth.sum(0) >= 2).all() and (truth.sum(0) <= num - 2).all():
            return truth


def _separation(world: World, arm: int, draws: np.random.Generator) -> float:
    return SEPARATION - world.behind * arm + SEED_SD * float(draws.normal())


def _scored(truth: np.ndarray, separation: float, own: np.ndarray, draws: np.random.Generator) -> Scored:
    scores = separation * (truth - 0.5) + own + draws.normal(size=truth.shape)
    if truth.shape[1] == 1:
        both = np.concatenate([-scores, scores], axis=1)
        return Scored.of_classes(both, labels=truth[:, 0], predicted=both.argmax(1))
    return Scored.of_label_sets(scores, label_sets=truth)


def _truth(world: World) -> float:
    """Return the difference on many images and seeds, 0 where the arms are alike."""
    if not world.behind:
        return 0.0
    draws = np.random.default_rng(1)
    truth, means = _labels(world, TRUTH_IMAGES, draws), []
    for arm in range(2):
        of_runs = []
        for _ in range(TRUTH_SEEDS):
            spread = np.hypot(IMAGE_SD, ARM_SD) * draws.normal(size=truth.shape)
            scored = _scored(truth, _separation(world, arm, draws), spread, draws)
            # With as many validation images as a study has, a threshold is itself drawn anew for each run.
            threshold = None
            if world.objective.specificity is not None:
                part = draws.choice(TRUTH_IMAGES, world.num_images, replace=False)
                val = Scored.of_classes(scored.scores[part], labels=truth[part, 0], predicted=truth[part, 0])
                threshold = world.objective.threshold(val)
            of_runs.append(world.objective.value(scored, threshold=threshold))
        means.append(np.mean(of_runs))
    return float(means[0] - means[1])


if __name__ == "__main__":
    main()
