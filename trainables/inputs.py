"""What a phase trains on: images, or the activations of a frozen body."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from trainables.activations import EVALUATION_BATCH
from trainables.batches import Augmentation, ImageTensors, draw_augmentation, image_batch
from trainables.config import RunConfig


class Inputs(Protocol):
    """Batches of one split for the module that trains."""

    @property
    def labels(self) -> Tensor:
        """Labels of the split, int64 (N,)."""
        ...

    def begin_epoch(self, epoch: int) -> None:
        """Draw what the epoch's batches need."""
        ...

    def batch(self, index: Tensor, *, training: bool) -> Tensor:
        """Return the inputs at `index`, on the labels' device, augmented where they are for training."""
        ...


@dataclass(kw_only=True)
class ImageInputs:
    """Images, augmented for training."""

    data: ImageTensors
    config: RunConfig

    def __post_init__(self) -> None:
        self._draws: Augmentation | None = None

    @property
    def labels(self) -> Tensor:
        """Labels of the split."""
        return self.data.labels

    def begin_epoch(self, epoch: int) -> None:
        """Draw every image's shift and flip."""
        self._draws = draw_augmentation(
            self.data, augment=self.config.augment, seed=self.config.seed, epoch=epoch
        )

    def batch(self, index: Tensor, *, training: bool) -> Tensor:
        """Return normalised images, (B, C, H, W)."""
        return image_batch(self.data, index, self._draws if training else None)


@dataclass(frozen=True, kw_only=True)
class ActivationInputs:
    """Cached activations: augmentation does nothing to them."""

    values: Tensor
    labels: Tensor

    def begin_epoch(self, epoch: int) -> None:
        """Draw nothing."""

    def batch(self, index: Tensor, *, training: bool) -> Tensor:
        """Return activations, (B, F)."""
        return self.values[index]


@torch.inference_mode()
def logits(module: nn.Module, inputs: Inputs) -> Tensor:
    """Return the module's outputs for the whole split, in evaluation mode and without augmentation."""
    module.eval()
    batches = torch.arange(len(inputs.labels), device=inputs.labels.device).split(EVALUATION_BATCH)
    return torch.cat([module(inputs.batch(index, training=False)) for index in batches])
