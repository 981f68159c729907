"""Optimism of a winner on test splits that are drawn again after its search: which images may be in them.

A search chooses one of many classifiers by the validation images of the first split. The winner is then trained and
measured on new splits: of all images but those for validation, as `confirm.splits` does, or of all images.
`python -m benchmarks.experiments.simulations.splits.searched_splits` prints it.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.experiments.command import run_command
from benchmarks.experiments.simulations.splits.simulated_splits import (
    NUM_FEATURES,
    accuracy,
    draw_images,
    draw_split,
    ridge_weights,
    taken,
    true_accuracy,
)

NUM_CANDIDATES = 24
FEATURES_OF_EACH = 8
RIDGE = 1.0
NUM_SPLITS = 4


@dataclass(frozen=True, kw_only=True)
class Optimism:
    """By how much the winner's measured accuracy exceeds the truth, in means over studies.

    Attributes:
        validation: On the images that chose it, as trained in the search.
        test_images: On re-drawn test images, over its accuracy on all images that there could be, as trained there.
        training_images: By how much that exceeds its accuracy as trained on new images.
        error: Standard error of `test_images`.
    """

    validation: float
    test_images: float
    training_images: float
    error: float


def optimism(*, num_images: int, keep_validation: bool, num_studies: int, seed: int) -> Optimism:
    """Return the optimism of one design.

    Args:
        num_images: Of each study: 60 % for training, 20 % each for validation and test.
        keep_validation: Whether the validation images stay what they are; else they are split again, too.
        num_studies: Studies.
        seed: Of all draws.
    """
    generator = np.random.default_rng(seed)
    features, labels = draw_images(num_studies, num_images, generator)
    num_val = num_images // 5
    val, rest = slice(0, num_val), slice(num_val, num_images)
    training, _ = draw_split(labels[:, rest], generator)
    masks = _candidates(num_studies, generator)
    first = taken(features[:, rest], training), taken(labels[:, rest], training)
    chosen, of_validation = _search(first, (features[:, val], labels[:, val]), masks)
    used = chosen[:, None, :]
    drawn_from = rest if keep_validation else slice(0, num_images)
    on_test, on_training = [], []
    for _ in range(NUM_SPLITS):
        train_places, test_places = draw_split(labels[:, drawn_from], generator)
        # of all images a fifth would be for validation again: as many train in both designs
        train_places = train_places if keep_validation else _fewer(train_places, training.shape[1])
        trained = ridge_weights(
            taken(features[:, drawn_from], train_places) * used,
            taken(labels[:, drawn_from], train_places),
            RIDGE,
        )
        truth = true_accuracy(trained)
        tested = taken(features[:, drawn_from], test_places), taken(labels[:, drawn_from], test_places)
        on_test.append(accuracy(trained, *tested) - truth)
        fresh, fresh_labels = draw_images(num_studies, training.shape[1], generator)
        on_training.append(truth - true_accuracy(ridge_weights(fresh * used, fresh_labels, RIDGE)))
    means = np.mean(on_test, axis=0)
    return Optimism(
        validation=of_validation,
        test_images=float(means.mean()),
        training_images=float(np.mean(on_training)),
        error=float(means.std(ddof=1) / num_studies**0.5),
    )


Images = tuple[np.ndarray, np.ndarray]


def _candidates(num_studies: int, generator: np.random.Generator) -> np.ndarray:
    """Return which features each candidate uses, shape (candidates, studies, NUM_FEATURES)."""
    ranks = generator.random((NUM_CANDIDATES, num_studies, NUM_FEATURES)).argsort(axis=-1)
    return (ranks < FEATURES_OF_EACH).astype(float)


def _search(training: Images, validation: Images, masks: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the features of each study's winner, and how much its validation accuracy exceeds the truth."""
    trained = [ridge_weights(training[0] * mask[:, None, :], training[1], RIDGE) for mask in masks]
    found = np.stack([accuracy(weights, *validation) for weights in trained])
    best = found.argmax(axis=0)
    studies = np.arange(found.shape[1])
    truths = np.stack([true_accuracy(weights) for weights in trained])
    return masks[best, studies], float((found[best, studies] - truths[best, studies]).mean())


def _fewer(places: np.ndarray, num: int) -> np.ndarray:
    """Return `num` of the places, as many of each class: they stand class after class."""
    half = places.shape[1] // 2
    return np.concatenate([places[:, : num // 2], places[:, half : half + num // 2]], axis=1)


def print_cells(num_studies: int, seed: int) -> None:
    """Print one row a cell, in points of accuracy."""
    print(f"{num_studies} studies a cell, {NUM_CANDIDATES} candidates; points by which accuracy is too high")
    print("| images | split again | on validation | on test images | from training images |")
    print("|---:|---|---:|---:|---:|")
    for num_images in (100, 200, 500):
        for keep in (True, False):
            one = optimism(num_images=num_images, keep_validation=keep, num_studies=num_studies, seed=seed)
            which = "all but validation" if keep else "all"
            print(
                f"| {num_images} | {which} | {100 * one.validation:+.2f} | {100 * one.test_images:+.2f} "
                f"± {200 * one.error:.2f} | {100 * one.training_images:+.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    run_command(__doc__, print_cells)
