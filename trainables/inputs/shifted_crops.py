"""Crops of padded images: every image is shifted by some pixels, and perhaps mirrored."""

from dataclasses import dataclass

import torch
from torch import Tensor

CROP_FRACTION = 8
"""Images are padded by a CROP_FRACTION-th of their side (4 px at 32 px, as is usual on CIFAR)."""


@dataclass(frozen=True, kw_only=True)
class ShiftedCrops:
    """One epoch's draws: how far every image is shifted and whether it is mirrored.

    Attributes:
        shift_y: Rows that image i is shifted by, int64, (N,).
        shift_x: Columns, likewise.
        mirrored: bool, (N,).
    """

    shift_y: Tensor
    shift_x: Tensor
    mirrored: Tensor

    def cut(self, images: Tensor, index: Tensor) -> Tensor:
        """Return the crops at `index` of uint8 images (N, H, W, C), uint8 (B, H, W, C).

        A shifted image is padded by reflection; padding, crop and flip are one gather of whole pixels.
        """
        _, height, width, channels = images.shape
        rows = _reflect(torch.arange(height, device=index.device) + self.shift_y[index, None], height)
        columns = _reflect(torch.arange(width, device=index.device) + self.shift_x[index, None], width)
        columns = torch.where(self.mirrored[index, None], columns.flip(1), columns)
        pixels = (index[:, None] * height + rows)[:, :, None] * width + columns[:, None, :]
        return images.view(-1, channels).index_select(0, pixels.view(-1)).view(-1, height, width, channels)


def draw_shifted_crops(
    num_images: int, side: int, *, crop: bool, flip: bool, draws: torch.Generator
) -> ShiftedCrops:
    """Return draws for all images, on the CPU.

    Args:
        num_images: N.
        side: Of the images, in pixels.
        crop: Whether images are shifted, by up to a `CROP_FRACTION`-th of their side.
        flip: Whether half of them are mirrored.
        draws: As many numbers are drawn from it whatever is switched on.
    """
    reach = max(1, side // CROP_FRACTION) if crop else 0
    shift_y, shift_x = torch.randint(-reach, reach + 1, (2, num_images), generator=draws)
    mirrored = torch.rand(num_images, generator=draws) < (0.5 if flip else 0.0)
    return ShiftedCrops(shift_y=shift_y, shift_x=shift_x, mirrored=mirrored)


def _reflect(positions: Tensor, size: int) -> Tensor:
    """Return positions outside 0 ... size - 1 mirrored back at the edge pixel."""
    last = size - 1
    return last - (last - positions.abs()).abs()
