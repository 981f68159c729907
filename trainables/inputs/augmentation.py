"""One epoch's random changes of all images of a split, each image its own."""

from dataclasses import dataclass, fields, replace
from typing import TypeVar

import torch
from torch import Tensor

from trainables.generators import generator_for
from trainables.inputs.colour import ColourMaps, draw_colour_matrices
from trainables.inputs.images import ImageTensors
from trainables.inputs.resized_crops import ResizedCrops, draw_boxes
from trainables.inputs.shifted_crops import ShiftedCrops, draw_shifted_crops
from trainables.plan.training import Training

Draws = TypeVar("Draws", bound=ShiftedCrops | ResizedCrops | ColourMaps)


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """One epoch's draws for a split, on its device.

    Attributes:
        crops: How each image is cut and mirrored; None leaves the geometry as it is.
        colours: How its colours are changed, after that; None leaves them.
    """

    crops: ShiftedCrops | ResizedCrops | None = None
    colours: ColourMaps | None = None

    def apply(self, images: Tensor, index: Tensor) -> Tensor:
        """Return augmented pixels (B, H, W, C), on a scale of 0 to 255, of uint8 images (N, H, W, C) at `index`.

        They are uint8 where nothing but shifts and flips is done, else float.
        """
        pixels = images[index] if self.crops is None else self.crops.cut(images, index)
        return pixels if self.colours is None else self.colours.apply(pixels.float(), index)


def draw_augmentation(
    data: ImageTensors, *, training: Training, seed: int, epoch: int
) -> Augmentation | None:
    """Return one epoch's draws for all images of a split, on its device; None where nothing is augmented.

    They are drawn on the CPU, so that they are the same on every device. Shifts and flips, boxes, colours and
    noise have a random stream each: switching one on moves none of the others.

    Args:
        data: The split.
        training: `augment`, `min_crop_area`, `colour` and `pca_noise` are read.
        seed: Of the run.
        epoch: Counted over all phases.
    """
    crops = _draw_crops(data, training=training, seed=seed, epoch=epoch)
    colours = _draw_colours(data, training=training, seed=seed, epoch=epoch)
    if crops is None and colours is None:
        return None
    device = data.images.device
    return Augmentation(
        crops=None if crops is None else _moved(crops, device),
        colours=None if colours is None else _moved(colours, device),
    )


def _draw_crops(
    data: ImageTensors, *, training: Training, seed: int, epoch: int
) -> ShiftedCrops | ResizedCrops | None:
    if training.augment == "none":
        return None
    num_images, side = len(data), data.images.shape[1]
    shifted = draw_shifted_crops(
        num_images,
        side,
        crop=training.augment in ("crop", "crop_flip"),
        flip=training.augment in ("flip", "crop_flip", "resized_crop_flip"),
        draws=generator_for(seed, "augment", epoch),
    )
    if training.augment not in ("resized_crop", "resized_crop_flip"):
        return shifted
    top, left, height, width = draw_boxes(
        num_images, side, min_area=training.min_crop_area, draws=generator_for(seed, "augment_box", epoch)
    )
    return ResizedCrops(top=top, left=left, height=height, width=width, mirrored=shifted.mirrored)


def _draw_colours(data: ImageTensors, *, training: Training, seed: int, epoch: int) -> ColourMaps | None:
    """Return the changes of colour.

    The noise is alpha times variance along each principal component, alpha from N(0, pca_noise) for each image
    and component (Krizhevsky et al., 2012); with one channel that is one more change of brightness.
    """
    if training.colour == 0 and training.pca_noise == 0:
        return None
    num_images, num_channels = len(data), data.images.shape[3]
    matrix = torch.eye(num_channels, dtype=torch.float64).repeat(num_images, 1, 1)
    if training.colour > 0:
        draws = generator_for(seed, "augment_colour", epoch)
        matrix = draw_colour_matrices(num_images, num_channels, colour=training.colour, draws=draws)
    offset = torch.zeros(num_images, num_channels, dtype=torch.float64)
    if training.pca_noise > 0:
        draws = generator_for(seed, "augment_pca", epoch)
        alpha = torch.randn(num_images, num_channels, dtype=torch.float64, generator=draws)
        offset = 255 * training.pca_noise * alpha @ data.principal_colours().T
    return ColourMaps(matrix=matrix.float(), offset=offset.float())


def _moved(draws: Draws, device: torch.device) -> Draws:
    """Return draws with every tensor on `device`."""
    return replace(draws, **{f.name: getattr(draws, f.name).to(device) for f in fields(draws)})
