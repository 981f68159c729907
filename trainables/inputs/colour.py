"""Changes of colour: brightness, saturation, hue and noise as one affine map of each image's pixels."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

RGB_TO_YIQ = (
    (0.299, 0.587, 0.114),
    (0.5959, -0.2746, -0.3213),
    (0.2115, -0.5227, 0.3112),
)
"""NTSC's luma and two chromas. The chromas' rows sum to 0, so grey has none."""


@dataclass(frozen=True, kw_only=True)
class ColourMaps:
    """One epoch's draws: how the colours of every image are changed.

    Attributes:
        matrix: What a pixel of image i is multiplied by, (N, C, C).
        offset: What is added then, on a scale of 0 to 255, (N, C).
    """

    matrix: Tensor
    offset: Tensor

    def apply(self, pixels: Tensor, index: Tensor) -> Tensor:
        """Return pixels, float (B, H, W, C) in [0, 255], of the images at `index` with their colours changed.

        Values are clipped once, at the end. Mixed precision is kept away: bfloat16 has no 255 levels.
        """
        with torch.autocast(pixels.device.type, enabled=False):
            changed = torch.baddbmm(
                self.offset[index, None], pixels.flatten(1, 2), self.matrix[index].transpose(1, 2)
            )
        return changed.clamp_(0, 255).view(pixels.shape)


def colour_matrices(brightness: Tensor, saturation: Tensor, hue: Tensor) -> Tensor:
    """Return the matrices that change brightness, saturation and hue of RGB pixels, (N, 3, 3).

    Their order makes no difference: saturation scales the plane of the two chromas, hue turns it.

    Args:
        brightness: Factors of all channels, (N,).
        saturation: Factors of the distance to the grey of the same luma, (N,).
        hue: Angles that the plane of the chromas is turned by, which keeps luma, in radians, (N,).

    Source: He et al. (2019), section 2.1, as MXNet's `ColorJitterAug` and `HueJitterAug` do it. Departures: the
    paper says that hue is scaled, MXNet turns it, and so does this; the matrix back from YIQ is the exact
    inverse instead of three digits of it, so that an angle of 0 changes nothing; contrast, which the paper
    does not name, is left alone.
    """
    to_yiq = torch.tensor(RGB_TO_YIQ, dtype=brightness.dtype)
    grey = to_yiq[0].expand(3, 3)
    saturated = grey + saturation[:, None, None] * (torch.eye(3, dtype=brightness.dtype) - grey)
    turned: Tensor = torch.linalg.inv(to_yiq) @ _chroma_rotation(hue) @ to_yiq
    return turned @ saturated * brightness[:, None, None]


def draw_colour_matrices(
    num_images: int, num_channels: int, *, colour: float, draws: torch.Generator
) -> Tensor:
    """Return a matrix for every image, float64 (N, C, C).

    Args:
        num_images: N.
        num_channels: C; where it is not 3, brightness alone changes.
        colour: Factors are uniform from 1 - colour to 1 + colour, angles within colour times pi.
        draws: Three numbers an image are drawn from it, whatever C is.
    """
    spread = colour * (2 * torch.rand(3, num_images, dtype=torch.float64, generator=draws) - 1)
    if num_channels != 3:
        return (1 + spread[0])[:, None, None] * torch.eye(num_channels, dtype=torch.float64)
    return colour_matrices(1 + spread[0], 1 + spread[1], math.pi * spread[2])


def _chroma_rotation(angle: Tensor) -> Tensor:
    """Return the rotations of YIQ about its luma, (N, 3, 3)."""
    one, zero, cos, sin = torch.ones_like(angle), torch.zeros_like(angle), angle.cos(), angle.sin()
    rows = (one, zero, zero, zero, cos, -sin, zero, sin, cos)
    return torch.stack(rows, dim=1).view(-1, 3, 3)
