"""The loss of a phase, and mixup: what the network is trained to say about a batch."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from trainables.generators import generator_for
from trainables.inputs.sampling import class_weights
from trainables.optim.label_set_loss import LabelSetLoss, positive_weights
from trainables.plan.training import Loss, Training


@dataclass(frozen=True, kw_only=True)
class TrainingLoss:
    """Mean loss of a batch, from logits (B, K) and labels (B,).

    Attributes:
        kind: Cross-entropy, or binary cross-entropy with logits against one-hot targets, summed over classes.
        label_smoothing: Share of the target that is spread evenly over all classes.
        weights: Weight of each class, (K,); None weighs all alike. A batch's loss is divided by the weights of
            its images, as PyTorch does it.
    """

    kind: Loss
    label_smoothing: float
    weights: Tensor | None

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the scalar loss."""
        each = self._each(logits, labels)
        if self.weights is None:
            return each.mean()
        weights = self.weights[labels]
        return (each * weights).sum() / weights.sum()

    def means(self, logits: Tensor, labels: Tensor) -> list[float]:
        """Return the mean loss of several heads over many batches, each image as its class weighs it.

        Args:
            logits: (K, H, N).
            labels: Of each image, (N,).
        """
        each = self._each(logits[None], labels.expand(1, *logits.shape[1:])).squeeze(0).double()
        weights = None if self.weights is None else self.weights[labels].double()
        means = each.mean(1) if weights is None else (each * weights).sum(1) / weights.sum()
        found: list[float] = means.tolist()
        return found

    def weight(self, labels: Tensor) -> Tensor | float:
        """Return the sum of a batch's weights: what its mean counts for beside other batches' means."""
        return float(len(labels)) if self.weights is None else self.weights[labels].sum()

    def shares(self, labels: Tensor) -> Tensor:
        """Return what every image of a batch counts for in its mean, (B,); they sum to 1."""
        if self.weights is None:
            return torch.full(labels.shape, 1 / len(labels), device=labels.device)
        weights = self.weights[labels]
        return weights / weights.sum()

    def targets(self, labels: Tensor, num_classes: int) -> Tensor:
        """Return the smoothed targets of labels (B, ...), float32 (B, K, ...)."""
        one_hot = F.one_hot(labels, num_classes).movedim(-1, 1).float()
        return one_hot * (1 - self.label_smoothing) + self.label_smoothing / num_classes

    def _each(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of every image, (B, ...) of logits (B, K, ...), before its class weighs it.

        PyTorch's own weights would weigh the smoothed part by every class's weight instead of the image's.
        """
        if self.kind == "cross_entropy":
            return F.cross_entropy(logits, labels, label_smoothing=self.label_smoothing, reduction="none")
        targets = self.targets(labels, logits.shape[1])
        return F.binary_cross_entropy_with_logits(logits, targets, reduction="none").sum(1)


BatchLoss = TrainingLoss | LabelSetLoss
"""What is minimised: of one class an image, or of several labels."""


def make_loss(training: Training, labels: Tensor, *, num_classes: int) -> BatchLoss:
    """Return the loss of a phase.

    Args:
        training: Which loss, smoothing and weights.
        labels: Of the training split, (N,), or label sets (N, L), on its device; class weights are counted from them.
        num_classes: K.
    """
    if labels.ndim == 2:
        weighted = positive_weights(labels) if training.class_weights == "balanced" else None
        return LabelSetLoss(label_smoothing=training.label_smoothing, positive_weights=weighted)
    weights = class_weights(labels, num_classes) if training.class_weights == "balanced" else None
    return TrainingLoss(kind=training.loss, label_smoothing=training.label_smoothing, weights=weights)


def weighted_mean(losses: Sequence[Tensor], weights: Sequence[Tensor | float]) -> Tensor:
    """Return the mean of batches' mean losses, each with its weight, a scalar in float64."""
    each = torch.stack(list(losses)).double()
    weight = (
        torch.stack([w for w in weights if isinstance(w, Tensor)]).double()
        if isinstance(weights[0], Tensor)
        else torch.tensor(weights, dtype=torch.float64, device=each.device)
    )
    return (each * weight).sum() / weight.sum()


@dataclass(frozen=True, kw_only=True)
class Mix:
    """How a batch is mixed: image i with image `partner[i]`, `share` of the first.

    Attributes:
        partner: Places in the batch, (B,).
        share: In [0, 1], one for the whole batch.
    """

    partner: Tensor
    share: float

    def inputs(self, batch: Tensor) -> Tensor:
        """Return the mixed batch."""
        return batch * self.share + batch[self.partner] * (1 - self.share)

    def loss(self, loss: BatchLoss, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the loss against both labels, weighed as the images are."""
        return self.share * loss(logits, labels) + (1 - self.share) * loss(logits, labels[self.partner])


def draw_mixes(sizes: list[int], *, alpha: float, seed: int, epoch: int) -> list[Mix]:
    """Return a mix for every batch of an epoch.

    Args:
        sizes: Images of each batch.
        alpha: Parameter of the Beta distribution of the share, above 0.
        seed: Of the run.
        epoch: Of the run, from 0.

    Source: Zhang et al. (2018), with one share a batch, as in the authors' code.
    """
    draws = generator_for(seed, "mixup", epoch)
    mixes = []
    for size in sizes:
        # Beta from two Gammas: torch's Beta takes no generator.
        gammas = torch._standard_gamma(torch.full((2,), alpha, dtype=torch.float64), generator=draws)
        share = float(gammas[0] / gammas.sum()) if gammas.sum() > 0 else 1.0
        mixes.append(Mix(partner=torch.randperm(size, generator=draws), share=share))
    return mixes
