"""Crops of random area and aspect, resized to the image's own side, and perhaps mirrored."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

NUM_TRIES = 10
MAX_ASPECT = 4 / 3
"""Width over height lies between 1 / MAX_ASPECT and MAX_ASPECT."""


@dataclass(frozen=True, kw_only=True)
class ResizedCrops:
    """One epoch's draws: the box of every image and whether it is mirrored.

    Attributes:
        top: First row of the box, int64, (N,).
        left: First column, likewise.
        height: Rows, at least 1, likewise.
        width: Columns, at least 1, likewise.
        mirrored: bool, (N,).
    """

    top: Tensor
    left: Tensor
    height: Tensor
    width: Tensor
    mirrored: Tensor

    def cut(self, images: Tensor, index: Tensor) -> Tensor:
        """Return the boxes at `index` of uint8 images (N, S, S, C) at side S, float (B, S, S, C) in [0, 255].

        All boxes are resized by one bilinear sampling, whose rows are those of torchvision's `resized_crop`
        before it rounds to uint8. No box is larger than the image, so nothing needs antialiasing.
        """
        side = images.shape[1]
        rows = _sampled(self.top[index], self.height[index], side)
        columns = _sampled(self.left[index], self.width[index], side)
        columns = torch.where(self.mirrored[index, None], columns.flip(1), columns)
        shape = (len(index), side, side)
        grid = torch.stack((columns[:, None, :].expand(shape), rows[:, :, None].expand(shape)), dim=3)
        pixels = images[index].permute(0, 3, 1, 2).float()
        resized = F.grid_sample(pixels, grid, mode="bilinear", padding_mode="border", align_corners=False)
        return resized.permute(0, 2, 3, 1).contiguous()


def draw_boxes(
    num_images: int, side: int, *, min_area: float, draws: torch.Generator
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return top, left, height and width of a box in every image, int64 (N,) each, on the CPU.

    Area is uniform from `min_area` to 1 of the image, the logarithm of the aspect uniform; the first of ten
    tries that fits into the image is taken, else the whole image. The tries of all images are drawn at once.

    Args:
        num_images: N.
        side: Of the square images, in pixels.
        min_area: In (0, 1].
        draws: Where numbers are drawn from.

    Source: Szegedy et al. (2015), section 6, as torchvision's `RandomResizedCrop` does it.
    """
    area, aspect, place_y, place_x = torch.rand(
        4, NUM_TRIES, num_images, dtype=torch.float64, generator=draws
    )
    area = side**2 * (min_area + (1 - min_area) * area)
    aspect = (math.log(MAX_ASPECT) * (2 * aspect - 1)).exp()
    width, height = (area * aspect).sqrt().round(), (area / aspect).sqrt().round()
    fits = (width >= 1) & (width <= side) & (height >= 1) & (height <= side)
    first = fits.int().argmax(0, keepdim=True)
    chosen = fits.gather(0, first)[0]
    whole = torch.full((num_images,), side, dtype=torch.float64)
    height = torch.where(chosen, height.gather(0, first)[0], whole)
    width = torch.where(chosen, width.gather(0, first)[0], whole)
    top = (place_y[0] * (side - height + 1)).floor()
    left = (place_x[0] * (side - width + 1)).floor()
    return top.long(), left.long(), height.long(), width.long()


def _sampled(start: Tensor, length: Tensor, side: int) -> Tensor:
    """Return where each of `side` pixels looks along one axis of its box, (B, side), from -1 to 1.

    -1 and 1 are the image's outer edges. Nobody looks beyond the centres of the box's outermost pixels.
    """
    centres = (torch.arange(side, device=start.device) + 0.5) / side
    start, length = start[:, None].float(), length[:, None].float()
    positions = (start + centres * length).clamp(start + 0.5, start + length - 0.5)
    return positions * (2 / side) - 1
