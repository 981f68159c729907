"""Linear scaling: the rate grows with the images of a step."""

import math


def scaled_rate(lr: float, *, images_per_step: int, reference_batch: int) -> float:
    """Return the rate for steps of `images_per_step` images, given the rate for steps of `reference_batch` images.

    Args:
        lr: Rate for steps of `reference_batch` images, above 0, finite.
        images_per_step: Images of one optimizer step, over all accumulated batches, at least 1.
        reference_batch: Images that `lr` is given for, at least 1; at this size the rate is exactly `lr`.

    Raises:
        ValueError: If a value lies outside its range.

    Source: Goyal et al. (2017); He et al. (2019), 0.1 * b / 256.
    """
    if not 0 < lr < math.inf:
        raise ValueError(f"lr is {lr}: above 0, finite, is allowed")
    if images_per_step < 1:
        raise ValueError(f"images_per_step is {images_per_step}: at least 1 is allowed")
    if reference_batch < 1:
        raise ValueError(f"reference_batch is {reference_batch}: at least 1 is allowed")
    return lr * (images_per_step / reference_batch)
