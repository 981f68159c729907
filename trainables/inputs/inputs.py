"""Inputs of a phase, batch by batch: images, or the activations of a frozen body."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from trainables.compute.precision import memory_format
from trainables.generators import generator_for
from trainables.inputs.activations import EVALUATION_BATCH
from trainables.inputs.augmentation import Augmentation, draw_augmentation
from trainables.inputs.batches import image_batch
from trainables.inputs.images import ImageTensors
from trainables.plan.training import Training

GATHERED = 2**24
"""Numbers of activations that are gathered at a time, 64 MiB."""


class Inputs(Protocol):
    """Batches of one split for the module that trains."""

    @property
    def labels(self) -> Tensor:
        """Labels of the split, int64 (N,)."""
        ...

    @property
    def evaluation_batch(self) -> int:
        """Images that are evaluated at a time."""
        ...

    def begin_epoch(self, epoch: int) -> None:
        """Draw what the epoch's batches need."""
        ...

    def batch(self, index: Tensor, *, training: bool) -> Tensor:
        """Return the inputs at `index`, on the labels' device, augmented where they are for training."""
        ...


@dataclass(kw_only=True)
class ImageInputs:
    """Images, augmented for training.

    Attributes:
        data: The split.
        how: Augmentation and memory format.
        seed: Of the run.
    """

    data: ImageTensors
    how: Training
    seed: int

    def __post_init__(self) -> None:
        self._draws: Augmentation | None = None

    @property
    def labels(self) -> Tensor:
        """Labels of the split."""
        return self.data.labels

    @property
    def evaluation_batch(self) -> int:
        """So many that the body's activations take little memory."""
        return EVALUATION_BATCH

    def begin_epoch(self, epoch: int) -> None:
        """Draw how every image is augmented."""
        self._draws = draw_augmentation(self.data, training=self.how, seed=self.seed, epoch=epoch)

    def batch(self, index: Tensor, *, training: bool) -> Tensor:
        """Return normalised images, (B, C, H, W)."""
        draws = self._draws if training else None
        return image_batch(self.data, index, draws, memory_format=memory_format(self.how.channels_last))


@dataclass(kw_only=True)
class ActivationInputs:
    """Cached activations.

    Attributes:
        values: One or several views of each image, (V, N, F); of several each epoch takes one by chance.
        labels: Of the split, (N,), or label sets (N, L).
        seed: Of the run.
    """

    values: Tensor
    labels: Tensor
    seed: int

    def __post_init__(self) -> None:
        self._view = torch.zeros(len(self.labels), dtype=torch.int64, device=self.labels.device)

    @property
    def evaluation_batch(self) -> int:
        """So many that what is gathered of the cache's file takes little memory."""
        return max(1, GATHERED // self.values.shape[2])

    def begin_epoch(self, epoch: int) -> None:
        """Draw the view that every image shows."""
        num_views, num_images, _ = self.values.shape
        if num_views > 1:
            view = torch.randint(num_views, (num_images,), generator=generator_for(self.seed, "view", epoch))
            self._view = view.to(self.labels.device)

    def batch(self, index: Tensor, *, training: bool) -> Tensor:
        """Return activations, (B, F)."""
        return self.values[self._view[index], index]


@torch.inference_mode()
def logits(module: nn.Module, inputs: Inputs, *, training: bool = False) -> Tensor:
    """Return the module's outputs (N, K) for the whole split, in evaluation mode.

    Args:
        module: Left in evaluation mode.
        inputs: The split.
        training: Whether the inputs are augmented, as the last `begin_epoch` drew it.
    """
    module.eval()
    batches = torch.arange(len(inputs.labels), device=inputs.labels.device).split(inputs.evaluation_batch)
    return torch.cat([module(inputs.batch(index, training=training)) for index in batches])
