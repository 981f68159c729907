"""The temperature that makes probabilities honest, found on images that the networks were not trained on."""

import math

import numpy as np
from scipy import optimize, special

COLDEST, HOTTEST = 0.1, 20.0


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float | None:
    """Return the temperature with the least log loss; None where the images cannot tell.

    They cannot where all are right: the loss then falls with the temperature for ever.

    Args:
        probabilities: Shape (N, K); rows add up to 1.
        labels: Class of each row, (N,).

    Source: Guo et al. (2017), "temperature scaling".
    """
    if (probabilities.argmax(1) == labels).all():
        return None

    def loss(log_temperature: float) -> float:
        return log_loss(tempered(probabilities, math.exp(log_temperature)), labels)

    # In 1 / temperature the loss is convex, so it has one minimum.
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
