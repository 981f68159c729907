"""The temperature that makes probabilities honest, found on images that the networks were not trained on."""

import math

import numpy as np
from scipy import optimize, special

COLDEST, HOTTEST = 0.05, 20.0

EXPECTED_SPREAD = 0.5
"""Deviation of the logarithm of temperatures before any image is seen: most lie between 0.4 and 2.7."""


def fit_temperature(
    probabilities: np.ndarray, labels: np.ndarray, *, spread: float | None = EXPECTED_SPREAD
) -> float:
    """Return the temperature that is most likely after the images.

    Args:
        probabilities: Shape (N, K); rows add up to 1.
        labels: Class of each row, (N,).
        spread: Of the logarithm of temperatures before the images, normal about 0; None takes what the images alone
            say, which for a dozen of them may be anything, and for ones that are all right is 0.

    Source: Guo et al. (2017), "temperature scaling". Departure: the spread, which beside hundreds of images says
    nothing; docs/evidence.md has what it is worth beside few.
    """

    def loss(log_temperature: float) -> float:
        of_images = len(labels) * log_loss(tempered(probabilities, math.exp(log_temperature)), labels)
        return of_images + (0.0 if spread is None else (log_temperature / spread) ** 2 / 2)

    found = optimize.minimize_scalar(loss, bounds=(math.log(COLDEST), math.log(HOTTEST)), method="bounded")
    return math.exp(float(found.x))


def tempered(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Return probabilities raised to the power 1 / temperature, rows of sum 1."""
    logs = np.log(np.maximum(probabilities.astype(np.float64), np.finfo(np.float32).tiny))
    scaled: np.ndarray = special.softmax(logs / temperature, axis=1)
    return scaled


def log_loss(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean negative logarithm of the true classes' probabilities, in nats."""
    true = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(true, np.finfo(np.float32).tiny)).mean())
