"""A split as tensors on the device that trains, at its own side or at another."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

from trainables.data import PreparedData, Split
from trainables.inputs.principal_colours import principal_colours
from trainables.networks.normalisation import Normalisation, own_normalisation

RESIZE_CHUNK = 512
"""Images that are resized at once: as floats they take several times their own memory."""


@dataclass(frozen=True, kw_only=True)
class ImageTensors:
    """A split on the device that trains.

    Attributes:
        images: uint8, (N, H, W, C).
        labels: int64, (N,); label sets where images may have several, uint8 (N, L).
        mean: What images are normalised by, on a scale of 0 to 255, (C, 1, 1); (3, 1, 1) for grey images that are
            to become three channels, each with a mean of its own.
        std: Deviation, likewise.
        principal_colours: Returns how the colours of the training images vary, (C, C), see
            `trainables.inputs.principal_colours`; computed when it is first called.
    """

    images: Tensor
    labels: Tensor
    mean: Tensor
    std: Tensor
    principal_colours: Callable[[], Tensor]

    def __len__(self) -> int:
        return len(self.labels)


def to_tensors(
    split: Split, data: PreparedData, device: torch.device, *, normalisation: Normalisation | None = None
) -> ImageTensors:
    """Return `split` of `data` on `device`; on the CPU the images stay in the shared memory map.

    Args:
        split: Of the data.
        data: The whole.
        device: Where to.
        normalisation: What images are normalised by; None takes the training images' own mean and deviation.
    """
    mean, std = (normalisation or own_normalisation(data)).values

    @cache
    def colours() -> Tensor:
        return principal_colours(torch.from_numpy(data.split("train").images))

    return ImageTensors(
        images=torch.from_numpy(split.images).to(device),
        labels=torch.from_numpy(split.labels).to(device),
        mean=torch.tensor(mean, device=device).mul(255).view(-1, 1, 1),
        std=torch.tensor(std, device=device).mul(255).view(-1, 1, 1),
        principal_colours=colours,
    )


def resized(data: ImageTensors, side: int) -> ImageTensors:
    """Return the split with images of another side, bilinear with antialiasing, rounded to uint8.

    Normalisation and principal colours stay those of `data`. Another device may round a value that lies half-way
    between two levels the other way.

    Args:
        data: The split; at its own side it is returned as it is.
        side: In pixels, 1 or more.

    Raises:
        ValueError: If side is below 1.
    """
    if side < 1:
        raise ValueError(f"side is {side}: 1 or more is allowed")
    if side == data.images.shape[1]:
        return data
    chunks = [_resized_pixels(chunk, side) for chunk in data.images.split(RESIZE_CHUNK)]
    return replace(data, images=torch.cat(chunks))


def _resized_pixels(pixels: Tensor, side: int) -> Tensor:
    """Return uint8 (N, side, side, C) of uint8 (N, H, W, C)."""
    values = pixels.permute(0, 3, 1, 2).float()
    values = F.interpolate(values, (side, side), mode="bilinear", align_corners=False, antialias=True)
    return values.round_().clamp_(0, 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous()
