"""Metrics of a split, from logits or from probabilities."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

NUM_BINS = 15
"""Bins of confidence, as in Guo et al. (2017)."""


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """Measurements of one split; fractions in [0, 1].

    Attributes:
        loss: Mean cross-entropy (log loss), in nats; of label sets binary cross-entropy, summed over labels.
        accuracy: Fraction of images whose class is right; None, as other measurements of one class an image, where
            images have several labels.
        balanced_accuracy: Mean recall of the classes that have images.
        macro_f1: Mean F1 of the classes that have images or were predicted; None where there is none.
        calibration_error: Expected calibration error of the first choice, see `calibration_error`.
        recalls: Of each class; None for one without images.
        confusion: Images of each true class (row) that each class (column) was predicted for.
        value: The objective, where it is neither accuracy nor balanced accuracy.
        threshold: What a sensitivity was taken at.
    """

    loss: float
    accuracy: float | None
    balanced_accuracy: float | None
    macro_f1: float | None
    calibration_error: float | None
    recalls: tuple[float | None, ...]
    confusion: tuple[tuple[int, ...], ...] | None
    value: float | None = None
    threshold: float | None = None

    def objective(self, name: str) -> float:
        """Return the measurement that the study optimises."""
        counted = {"accuracy": self.accuracy, "balanced_accuracy": self.balanced_accuracy}
        value = counted.get(name, self.value)
        assert value is not None, (
            "images of one class each have accuracies, and other objectives were asked for"
        )
        return value


def measure(logits: Tensor, labels: Tensor) -> Metrics:
    """Return the metrics of `logits` (N, K) against `labels` (N,).

    Where logits are not finite, neither are loss and calibration error.
    """
    return _measured(float(F.cross_entropy(logits, labels)), logits.softmax(1), logits.argmax(1), labels)


def measure_probabilities(probabilities: Tensor, labels: Tensor) -> Metrics:
    """Return the metrics of `probabilities` (N, K), whose rows sum to 1, against `labels` (N,).

    In the loss a probability of 0 counts as the smallest number of its type, so that it stays finite.
    """
    logs = probabilities.clamp_min(torch.finfo(probabilities.dtype).tiny).log()
    return _measured(float(F.nll_loss(logs, labels)), probabilities, probabilities.argmax(1), labels)


def accuracy(predicted: Tensor, labels: Tensor) -> float:
    """Return the fraction of `predicted` that equals `labels`."""
    return int((predicted == labels).sum()) / len(labels)


def balanced_accuracy(predicted: Tensor, labels: Tensor) -> float:
    """Return the mean recall of the classes that occur in `labels`."""
    images = torch.bincount(labels)
    hits = torch.bincount(labels[predicted == labels], minlength=len(images))
    occurs = images > 0
    return float((hits[occurs].double() / images[occurs].double()).mean())


def confusion(predicted: Tensor, labels: Tensor, *, num_classes: int) -> Tensor:
    """Return how many images of each true class (row) each class (column) was predicted for, int64 (K, K)."""
    pairs = labels * num_classes + predicted
    return torch.bincount(pairs, minlength=num_classes**2).view(num_classes, num_classes)


def macro_f1(counts: Tensor) -> float:
    """Return the mean F1 of the classes that have images or were predicted, from a confusion matrix (K, K)."""
    hits, total = counts.diagonal().double(), (counts.sum(0) + counts.sum(1)).double()
    return float((2 * hits[total > 0] / total[total > 0]).mean())


def calibration_error(confidence: Tensor, right: Tensor) -> float:
    """Return the expected calibration error.

    That is the mean, over images, of the distance between accuracy and mean confidence in an image's bin, with
    `NUM_BINS` bins of equal width that include their upper edge.

    Args:
        confidence: Largest probability of each image, (N,).
        right: Whether that class is the image's, bool (N,).

    Source: Guo et al. (2017), eq. 3.
    """
    confidence, right = confidence.double().cpu(), right.double().cpu()
    edges = torch.arange(1, NUM_BINS, dtype=torch.float64) / NUM_BINS
    bins = torch.bucketize(confidence, edges)
    gaps = torch.zeros(NUM_BINS, dtype=torch.float64).index_add_(0, bins, right - confidence)
    return float(gaps.abs().sum()) / len(confidence)


def _measured(loss: float, probabilities: Tensor, predicted: Tensor, labels: Tensor) -> Metrics:
    counts = confusion(predicted, labels, num_classes=probabilities.shape[1]).cpu()
    rows: list[list[int]] = counts.tolist()
    return Metrics(
        loss=loss,
        accuracy=accuracy(predicted, labels),
        balanced_accuracy=balanced_accuracy(predicted, labels),
        macro_f1=macro_f1(counts),
        calibration_error=calibration_error(probabilities.amax(1), predicted == labels),
        recalls=tuple(row[i] / sum(row) if sum(row) else None for i, row in enumerate(rows)),
        confusion=tuple(tuple(row) for row in rows),
    )
