"""The loss of images with several labels each: binary cross-entropy of every label."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class LabelSetLoss:
    """Mean loss of a batch, from logits (B, L) and label sets (B, L).

    Of an image it is the binary cross-entropy of its labels, summed over labels as `TrainingLoss` sums over classes.

    Attributes:
        label_smoothing: Share of each label's target that goes half to "there" and half to "not there".
        positive_weights: What an image that has a label counts for in that label's loss, where one without it counts 1,
            (L,); None: 1.
    """

    label_smoothing: float
    positive_weights: Tensor | None

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the scalar loss."""
        targets = labels.to(logits.dtype) * (1 - self.label_smoothing) + self.label_smoothing / 2
        each = F.binary_cross_entropy_with_logits(
            logits, targets, pos_weight=self.positive_weights, reduction="none"
        )
        return each.sum(1).mean()

    def weight(self, labels: Tensor) -> float:
        """Return what a batch's mean counts for beside other batches' means: its images."""
        return float(len(labels))


def positive_weights(label_sets: Tensor) -> Tensor:
    """Return the images without each label over those with it, float32 (L,): both then count alike in its loss.

    Args:
        label_sets: Of the training split, (N, L).

    Raises:
        ValueError: If a label is on no image, or on all.
    """
    counts = label_sets.double().sum(0)
    extreme = ((counts == 0) | (counts == len(label_sets))).nonzero()[:, 0].tolist()
    if extreme:
        raise ValueError(
            f"class_weights: labels {extreme} are on no training image, or on all: every label needs some with it and "
            "some without"
        )
    return ((len(label_sets) - counts) / counts).float()


def label_set_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the mean loss without smoothing and weights, a scalar, in nats."""
    return F.binary_cross_entropy_with_logits(logits, labels.to(logits.dtype), reduction="none").sum(1).mean()


def label_set_log_loss(probabilities: Tensor, labels: Tensor) -> Tensor:
    """Return the same of probabilities (N, L); one of 0 or 1 counts as the nearest number that is not."""
    tiny = torch.finfo(probabilities.dtype).tiny
    held = torch.where(labels == 1, probabilities, 1 - probabilities).clamp_min(tiny)
    return -held.log().sum(1).mean()
