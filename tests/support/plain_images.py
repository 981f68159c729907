"""Splits made by hand, which normalisation leaves alone."""

import torch
from torch import Tensor

from trainables.inputs.images import ImageTensors
from trainables.inputs.principal_colours import principal_colours


def plain(images: Tensor) -> ImageTensors:
    """A split of uint8 images (N, H, W, C), all of class 0, with mean 0 and standard deviation 1."""
    return ImageTensors(
        images=images,
        labels=torch.zeros(len(images), dtype=torch.int64),
        mean=torch.zeros(images.shape[3], 1, 1),
        std=torch.ones(images.shape[3], 1, 1),
        principal_colours=lambda: principal_colours(images),
    )


def counting(num: int, size: int) -> ImageTensors:
    """Grey images whose pixel at row y, column x of image i is i * size * size + y * size + x."""
    return plain(torch.arange(num * size * size, dtype=torch.uint8).view(num, size, size, 1))


def noisy(num: int, size: int, channels: int, *, seed: int = 0) -> ImageTensors:
    """Images whose pixels are random."""
    draws = torch.Generator().manual_seed(seed)
    return plain(torch.randint(0, 256, (num, size, size, channels), dtype=torch.uint8, generator=draws))
