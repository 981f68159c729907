"""Linear scaling: the rate grows with the images of a step."""

import math

from trainables.limits import Bounds
from trainables.schedules._checks import check_within


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
    check_within("lr", lr, Bounds(above=0, below=math.inf))
    check_within("images_per_step", images_per_step, Bounds(least=1))
    check_within("reference_batch", reference_batch, Bounds(least=1))
    return lr * (images_per_step / reference_batch)
