"""Batches as whole tensors: gathered, augmented and normalised at once, each image its own way."""

import torch
from torch import Tensor

from trainables.generators import generator_for
from trainables.inputs.augmentation import Augmentation
from trainables.inputs.images import ImageTensors


def epoch_order(num_images: int, *, batch_size: int, seed: int, epoch: int) -> tuple[Tensor, ...]:
    """Return the image indices of each batch of one epoch, int64, on the CPU.

    The order depends on nothing but the arguments, so that paired runs of different recipes see the same
    batches.

    Raises:
        ValueError: See `in_batches`.
    """
    return in_batches(torch.randperm(num_images, generator=generator_for(seed, "order", epoch)), batch_size)


def in_batches(order: Tensor, batch_size: int) -> tuple[Tensor, ...]:
    """Return `order` cut into batches, none of them of one image, which has no batch statistics.

    A last batch of one image joins the batch before it.

    Raises:
        ValueError: If there are fewer than two images, or fewer than two a batch.
    """
    if len(order) < 2:
        raise ValueError(f"num_images is {len(order)}: 2 or more is allowed, for one has no batch statistics")
    if batch_size < 2:
        raise ValueError(f"batch_size is {batch_size}: 2 or more is allowed")
    batches = list(order.split(batch_size))
    if len(batches[-1]) == 1:
        batches[-2:] = [torch.cat(batches[-2:])]
    return tuple(batches)


def image_batch(
    data: ImageTensors,
    index: Tensor,
    draws: Augmentation | None = None,
    *,
    memory_format: torch.memory_format = torch.contiguous_format,
) -> Tensor:
    """Return normalised float images, (B, C, H, W), of the images at `index`; C is that of the split's means.

    Args:
        data: The split.
        index: Image indices, (B,), on the split's device.
        draws: The epoch's augmentation; None takes the images as they are.
        memory_format: How they lie in memory.
    """
    pixels = (data.images[index] if draws is None else draws.apply(data.images, index)).float()
    num_channels = data.mean.numel()
    if num_channels != pixels.shape[3]:  # grey, to be seen as three channels
        pixels = pixels.repeat(1, 1, 1, num_channels)
    width = pixels.shape[2]
    by_row = pixels.view(-1, width * pixels.shape[3])  # long rows: a loop over the channels alone is slow
    by_row.sub_(data.mean.view(-1).repeat(width)).div_(data.std.view(-1).repeat(width))
    images = by_row.view(pixels.shape).permute(0, 3, 1, 2)
    if memory_format == torch.channels_last:
        return images
    # A copy in any case: a grey image's strides pass for both formats, so that `contiguous` would keep them.
    return images.clone(memory_format=memory_format)
