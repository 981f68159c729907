"""Metrics of images with several labels each."""

import torch
from torch import Tensor

from trainables.loop.metrics import Metrics
from trainables.objectives import MEASURES, Scored
from trainables.optim.label_set_loss import label_set_entropy, label_set_log_loss


def measure_label_sets(outputs: Tensor, labels: Tensor) -> Metrics:
    """Return the metrics of logits (N, L) against label sets (N, L).

    Accuracies, calibration error and confusions are those of one class an image: there are none. A label is predicted
    where it is more likely than not.
    """
    return _measured(float(label_set_entropy(outputs, labels)), outputs > 0, labels)


def measure_label_probabilities(probabilities: Tensor, labels: Tensor) -> Metrics:
    """Return the metrics of probabilities (N, L) against label sets (N, L)."""
    return _measured(float(label_set_log_loss(probabilities, labels)), probabilities > 0.5, labels)


def _measured(loss: float, predicted: Tensor, labels: Tensor) -> Metrics:
    there = labels == 1
    hits, counts = (predicted & there).sum(0).tolist(), there.sum(0).tolist()
    signs = torch.where(predicted, 1.0, -1.0)
    scored = Scored.of_label_sets(signs.cpu().numpy(), label_sets=labels.cpu().numpy())
    return Metrics(
        loss=loss,
        accuracy=None,
        balanced_accuracy=None,
        macro_f1=MEASURES["macro_f1"].mean(scored),
        calibration_error=None,
        recalls=tuple(hit / count if count else None for hit, count in zip(hits, counts, strict=True)),
        confusion=None,
    )
