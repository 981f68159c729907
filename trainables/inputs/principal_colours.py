"""Principal components of the colours of a set of images, along which Krizhevsky's noise is drawn."""

import torch
from torch import Tensor

CHUNK = 1024
"""Images that are summed at once: as float64 they take eight times their own memory."""

GRID = 32
"""Of larger images every k-th row and column is read, k = side // GRID: enough for a covariance, in bounded time."""


def principal_colours(images: Tensor) -> Tensor:
    """Return the principal components of the images' pixels, each times its variance.

    Args:
        images: uint8, (N, S, S, C), on any device.

    Returns:
        float64, (C, C), on the CPU. Column i is an eigenvector, of length 1, of the covariance of the pixels on a
        scale of 0 to 1, times its eigenvalue; the largest comes last. The sign of an eigenvector, which is
        arbitrary, is such that its largest entry is positive.

    Source: Krizhevsky, Sutskever & Hinton (2012), section 4.1.
    """
    variances: Tensor
    components: Tensor
    variances, components = torch.linalg.eigh(_covariance(images))
    largest = components.gather(0, components.abs().argmax(0, keepdim=True))
    return components * largest.sign() * variances.clamp_min(0)


def _covariance(images: Tensor) -> Tensor:
    """Return the covariance of the pixels, float64 (C, C).

    The sums are of whole numbers below 2^53, so float64 holds them exactly, in any order and on any device.
    """
    step = max(1, images.shape[1] // GRID)
    images = images[:, ::step, ::step]
    num_channels = images.shape[3]
    total = torch.zeros(num_channels, dtype=torch.float64)
    products = torch.zeros(num_channels, num_channels, dtype=torch.float64)
    for chunk in images.split(CHUNK):
        pixels = chunk.reshape(-1, num_channels).double()
        total += pixels.sum(0).cpu()
        products += (pixels.T @ pixels).cpu()
    num_pixels = images.numel() // num_channels
    mean = total / num_pixels
    return (products / num_pixels - mean[:, None] * mean) / 255**2
