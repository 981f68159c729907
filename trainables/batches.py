"""Batches as whole tensors: gathered, cropped, flipped and normalised at once, each image its own way."""

from dataclasses import dataclass

import torch
from torch import Tensor

from trainables.config import Augment
from trainables.data import PreparedData, Split
from trainables.streams import stream

CROP_FRACTION = 8
"""Images are padded by a CROP_FRACTION-th of their side (4 px at 32 px, as is usual on CIFAR)."""


@dataclass(frozen=True, kw_only=True)
class ImageTensors:
    """A split on the device that trains.

    Attributes:
        images: uint8, (N, H, W, C).
        labels: int64, (N,).
        mean: Of each channel of the training images, on a scale of 0 to 255, (C, 1, 1).
        std: Standard deviation, likewise.
    """

    images: Tensor
    labels: Tensor
    mean: Tensor
    std: Tensor

    def __len__(self) -> int:
        return len(self.labels)


def to_tensors(split: Split, data: PreparedData, device: torch.device) -> ImageTensors:
    """Return `split` of `data` on `device`; on the CPU the images stay in the shared memory map."""
    return ImageTensors(
        images=torch.from_numpy(split.images).to(device),
        labels=torch.from_numpy(split.labels).to(device),
        mean=torch.tensor(data.mean, device=device).mul(255).view(-1, 1, 1),
        std=torch.tensor(data.std, device=device).mul(255).view(-1, 1, 1),
    )


def epoch_order(num_images: int, *, batch_size: int, seed: int, epoch: int) -> tuple[Tensor, ...]:
    """Return the image indices of each batch of one epoch.

    The order depends on nothing but the arguments, so that paired runs of different recipes see the same
    batches. A last batch of one image joins the batch before it: one image has no batch statistics.
    """
    order = torch.randperm(num_images, generator=stream(seed, "order", epoch))
    batches = list(order.split(batch_size))
    if len(batches) > 1 and len(batches[-1]) == 1:
        batches[-2:] = [torch.cat(batches[-2:])]
    return tuple(batches)


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """One epoch's draws: how far every image is shifted and whether it is mirrored.

    Attributes:
        shift_y: Rows that image i is shifted by, int64, (N,).
        shift_x: Columns, likewise.
        mirrored: bool, (N,).
    """

    shift_y: Tensor
    shift_x: Tensor
    mirrored: Tensor


def draw_augmentation(data: ImageTensors, *, augment: Augment, seed: int, epoch: int) -> Augmentation | None:
    """Return one epoch's draws for all images of a split, on its device; None where nothing is augmented.

    They are drawn on the CPU, so that they are the same on every device.
    """
    num_images, image_size = len(data), data.images.shape[1]
    if augment == "none":
        return None
    draws = stream(seed, "augment", epoch)
    reach = max(1, image_size // CROP_FRACTION) if augment in ("crop", "crop_flip") else 0
    shift_y, shift_x = torch.randint(-reach, reach + 1, (2, num_images), generator=draws)
    flips = augment in ("flip", "crop_flip")
    mirrored = torch.rand(num_images, generator=draws) < (0.5 if flips else 0.0)
    device = data.images.device
    return Augmentation(shift_y=shift_y.to(device), shift_x=shift_x.to(device), mirrored=mirrored.to(device))


def image_batch(data: ImageTensors, index: Tensor, draws: Augmentation | None = None) -> Tensor:
    """Return normalised float images, (B, C, H, W), of the images at `index`.

    A shifted image is padded by reflection; padding, crop and flip are one gather.

    Args:
        data: The split.
        index: Image indices, (B,), on the split's device.
        draws: The epoch's augmentation; None takes the images as they are.
    """
    if draws is None:
        pixels = data.images[index]
    else:
        _, height, width, _ = data.images.shape
        rows = _reflect(torch.arange(height, device=index.device) + draws.shift_y[index, None], height)
        columns = _reflect(torch.arange(width, device=index.device) + draws.shift_x[index, None], width)
        columns = torch.where(draws.mirrored[index, None], columns.flip(1), columns)
        pixels = data.images[index[:, None, None], rows[:, :, None], columns[:, None, :]]
    return pixels.permute(0, 3, 1, 2).float().sub_(data.mean).div_(data.std)


def _reflect(positions: Tensor, size: int) -> Tensor:
    """Return positions outside 0 ... size - 1 mirrored back at the edge pixel."""
    last = size - 1
    return last - (last - positions.abs()).abs()
