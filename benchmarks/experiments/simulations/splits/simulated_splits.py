"""Linear classifiers of simulated images that are split again and again: real learners whose true accuracy is known."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

NUM_FEATURES = 20
SEPARATION = 1.2
"""Distance of each class from the middle, in deviations of a feature."""

TEST_SHARE = 0.25
"""Of the images that splits are drawn from: 20 % of all where another 20 % are for validation."""


@dataclass(frozen=True, kw_only=True)
class Arm:
    """A ridge regression on some of the features, whose weights a seed disturbs.

    Attributes:
        ridge: Penalty.
        features: Numbers of the features.
        seed_noise: Deviation of each weight from one seed to the next, in units of the weights' own size.
    """

    ridge: float
    features: tuple[int, ...] = tuple(range(NUM_FEATURES))
    seed_noise: float = 0.0


def draw_images(
    num_studies: int, num_images: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return features, shape (studies, images, NUM_FEATURES), and labels -1 or 1, as many of each."""
    labels = np.tile(np.where(np.arange(num_images) % 2, 1.0, -1.0), (num_studies, 1))
    features = generator.standard_normal((num_studies, num_images, NUM_FEATURES))
    return features + labels[..., None] * direction(), labels


def direction() -> np.ndarray:
    """Return the mean of class 1; features matter less from the first to the last."""
    falling = 0.8 ** np.arange(NUM_FEATURES)
    return SEPARATION * falling / float(np.linalg.norm(falling))


def train(features: np.ndarray, labels: np.ndarray, arm: Arm, generator: np.random.Generator) -> np.ndarray:
    """Return the weights of one arm for every study, shape (studies, NUM_FEATURES)."""
    used = np.zeros(NUM_FEATURES)
    used[list(arm.features)] = 1.0
    weights = ridge_weights(features * used, labels, arm.ridge)
    size = np.linalg.norm(weights, axis=1, keepdims=True) / NUM_FEATURES**0.5
    return weights + used * arm.seed_noise * size * generator.standard_normal(weights.shape)


def ridge_weights(features: np.ndarray, labels: np.ndarray, ridge: float) -> np.ndarray:
    """Return the weights of ridge regressions, shape (studies, NUM_FEATURES); 0 for a feature that is 0."""
    turned = np.swapaxes(features, 1, 2)
    squares = turned @ features + ridge * np.eye(NUM_FEATURES)
    weights: np.ndarray = np.linalg.solve(squares, turned @ labels[..., None])[..., 0]
    return weights


def accuracy(weights: np.ndarray, features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the share of images that each study's classifier gets right."""
    right = np.sign(np.einsum("sif,sf->si", features, weights)) == labels
    shares: np.ndarray = right.mean(axis=1)
    return shares


def true_accuracy(weights: np.ndarray) -> np.ndarray:
    """Return the accuracy of classifiers over all images that there could be."""
    exact: np.ndarray = stats.norm.cdf(weights @ direction() / np.linalg.norm(weights, axis=1))
    return exact


def draw_split(
    labels: np.ndarray, generator: np.random.Generator, *, test_share: float = TEST_SHARE
) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of training and test images for every study, stratified."""
    keys = generator.random(labels.shape)
    order = np.argsort(keys + 2 * (labels > 0), axis=1)  # class -1 shuffled, then class 1 shuffled
    half = labels.shape[1] // 2
    num_test = round(test_share * half)
    test = np.concatenate([order[:, :num_test], order[:, half : half + num_test]], axis=1)
    rest = np.concatenate([order[:, num_test:half], order[:, half + num_test :]], axis=1)
    return rest, test


def taken(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return the images at each study's places."""
    return np.take_along_axis(values, places.reshape(*places.shape, *(1,) * (values.ndim - 2)), axis=1)
