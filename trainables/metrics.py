"""What validation and test measure, from logits."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from trainables.config import Objective


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """Measurements of one split; fractions in [0, 1], `loss` the mean cross-entropy in nats."""

    loss: float
    accuracy: float
    balanced_accuracy: float

    def objective(self, name: Objective) -> float:
        """Return the measurement that the study optimises."""
        return self.accuracy if name == "accuracy" else self.balanced_accuracy


def measure(logits: Tensor, labels: Tensor) -> Metrics:
    """Return the metrics of `logits` (N, K) against `labels` (N,)."""
    return Metrics(
        loss=float(F.cross_entropy(logits, labels)),
        accuracy=accuracy(logits.argmax(1), labels),
        balanced_accuracy=balanced_accuracy(logits.argmax(1), labels),
    )


def accuracy(predicted: Tensor, labels: Tensor) -> float:
    """Return the fraction of `predicted` that equals `labels`."""
    return int((predicted == labels).sum()) / len(labels)


def balanced_accuracy(predicted: Tensor, labels: Tensor) -> float:
    """Return the mean recall of the classes that occur in `labels`."""
    images = torch.bincount(labels)
    hits = torch.bincount(labels[predicted == labels], minlength=len(images))
    occurs = images > 0
    return float((hits[occurs].double() / images[occurs].double()).mean())
