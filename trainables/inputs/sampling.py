"""Classes of unequal size: drawn equally often, or weighed in the loss."""

import torch
from torch import Tensor

from trainables.generators import generator_for
from trainables.inputs.batches import epoch_order, in_batches
from trainables.plan.training import Sampling


def training_order(
    labels: Tensor, *, sampling: Sampling, batch_size: int, seed: int, epoch: int
) -> tuple[Tensor, ...]:
    """Return the image indices of each batch of one epoch, int64, on the CPU, never a batch of one image.

    Args:
        labels: int64, (N,), on any device.
        sampling: "shuffle" sees every image once; "balanced": see `balanced_order`.
        batch_size: 2 or more.
        seed: Of the run.
        epoch: Counted over all phases.

    Raises:
        ValueError: If there are fewer than two images, or fewer than two a batch.
    """
    if sampling == "balanced":
        return balanced_order(labels, batch_size=batch_size, seed=seed, epoch=epoch)
    return epoch_order(len(labels), batch_size=batch_size, seed=seed, epoch=epoch)


def balanced_order(labels: Tensor, *, batch_size: int, seed: int, epoch: int) -> tuple[Tensor, ...]:
    """Return the image indices of each batch of one epoch that draws every class equally often.

    As many images as there are, with replacement: first a class, uniformly among those that have images, then one
    of its images. The order depends on nothing but the arguments.

    Args:
        labels: int64, (N,), on any device.
        batch_size: 2 or more.
        seed: Of the run.
        epoch: Counted over all phases.

    Returns:
        int64, on the CPU; never a batch of one image.

    Raises:
        ValueError: If there are fewer than two images, or fewer than two a batch.
    """
    by_class = labels.cpu().argsort(stable=True)
    counts = torch.bincount(labels.cpu())
    occurring = counts.nonzero()[:, 0]
    draws = generator_for(seed, "balanced_order", epoch)
    picked = occurring[
        (torch.rand(len(labels), dtype=torch.float64, generator=draws) * len(occurring)).long()
    ]
    within = torch.rand(len(labels), dtype=torch.float64, generator=draws) * counts[picked]
    firsts = counts.cumsum(0) - counts
    return in_batches(by_class[firsts[picked] + within.long()], batch_size)


def class_weights(labels: Tensor, num_classes: int) -> Tensor:
    """Return a weight for each class inversely to its images, the mean weight being 1.

    Args:
        labels: int64, (N,), in 0 ... num_classes - 1.
        num_classes: K.

    Returns:
        float32, (K,), on the labels' device.

    Raises:
        ValueError: If a class has no images.
    """
    counts = torch.bincount(labels, minlength=num_classes)
    empty = (counts == 0).nonzero()[:, 0].tolist()
    if empty:
        raise ValueError(f"class_weights: classes {empty} have no images: every class needs 1 or more")
    weights = 1 / counts.double()
    return (weights / weights.mean()).float()
