"""Architectures by name, and the image sizes that each of them takes."""

from collections.abc import Collection
from difflib import get_close_matches

from trainables.networks.names import SMALL_RESNET, TIMM, is_timm

MINIMUM_SIZES = {
    "alexnet": 63,
    "convnext": 32,
    "densenet": 8,
    "googlenet": 15,
    "inception_v3": 75,
    "squeezenet1_0": 21,
    "squeezenet1_1": 17,
    "swin": 4,
    "vgg": 32,
}
"""Smallest image side by the start of the name; networks that are not here take a single pixel.

Measured with torch 2.15 and torchvision 0.29, by running two images in train mode through every network that
`build_network` makes: this size runs and one pixel less raises. A slow test repeats it for all of them.
"""

MAXVIT_SIZE = 224
"""Five halvings and windows of 7 x 7 at every stage: 32 * 7 pixels and its multiples."""


def architectures() -> tuple[str, ...]:
    """Return torchvision's classification models and `small_resnet`; `timm/NAME` comes beside these."""
    from torchvision import models

    return (*models.list_models(module=models), SMALL_RESNET)


def check_architecture(architecture: str, *, image_size: int) -> None:
    """Refuse an unknown network or images that it can't take, before anything is built in memory.

    torchvision is imported only to look up a name other than `small_resnet`, timm only for its own names.
    Whether a model of timm takes a size is found out by passing two images through it on the meta device.

    Args:
        architecture: A name from `architectures()`, or `timm/NAME`.
        image_size: Side of the square images, in pixels.

    Raises:
        ValueError: In one sentence: with close matches for an unknown name, with the sizes that are allowed,
            or that timm is not installed.
    """
    check_name(architecture)
    if not is_timm(architecture):
        _check_size(architecture, image_size)
        return
    from trainables.networks.timm_networks import timm_size_problem

    if problem := timm_size_problem(architecture, image_size):
        raise ValueError(f"image_size {image_size} does not fit {architecture}: {problem}")


def check_side(architecture: str, *, image_size: int, side: int) -> None:
    """Refuse a side of training images that a network for images of `image_size` can't take.

    Raises:
        ValueError: See `check_architecture`; or if the network is built for one size alone.
    """
    check_architecture(architecture, image_size=side)
    if side != image_size and _has_one_size(architecture, image_size):
        raise ValueError(
            f"{architecture} is built for images of one size, here {image_size} px: image_scale must be 1."
        )


def _has_one_size(architecture: str, image_size: int) -> bool:
    if not is_timm(architecture):
        return architecture.startswith(("vit_", "maxvit_"))
    from trainables.networks.timm_networks import timm_options

    return "img_size" in timm_options(architecture, image_size=image_size, channels=3)


def check_name(architecture: str) -> None:
    """Refuse an unknown network, as `check_architecture` does, whatever the images."""
    if architecture == SMALL_RESNET or architecture in (known := _known(architecture)):
        return
    matches = get_close_matches(architecture, sorted(known), n=3)
    every = f"{', '.join(architectures())}, or {TIMM}NAME with timm installed"
    hint = f"did you mean {', '.join(matches)}?" if matches else f"it must be one of {every}."
    raise ValueError(f"architecture {architecture!r} is unknown; {hint}")


def minimum_size(architecture: str) -> int:
    """Return the smallest image side in pixels that the network can be trained on."""
    starts = [start for start in MINIMUM_SIZES if architecture.startswith(start)]
    return MINIMUM_SIZES[starts[0]] if starts else 1


def size_multiple(architecture: str) -> int:
    """Return the number of pixels that the image side must be a multiple of; 1 where any side will do."""
    if architecture.startswith("vit_"):
        return int(architecture.rpartition("_")[2])
    return MAXVIT_SIZE if architecture.startswith("maxvit_") else 1


def _known(architecture: str) -> Collection[str]:
    if not is_timm(architecture):
        return architectures()
    from trainables.networks.timm_networks import timm_names

    return {f"{TIMM}{name}" for name in timm_names(architecture)}


def _check_size(architecture: str, image_size: int) -> None:
    minimum = minimum_size(architecture)
    if image_size < minimum:
        raise ValueError(
            f"image_size {image_size} is too small for {architecture}; it must be at least {minimum}."
        )
    multiple = size_multiple(architecture)
    if image_size % multiple:
        raise ValueError(
            f"image_size {image_size} does not fit {architecture}; it must be a multiple of {multiple}, "
            f"such as {-(-image_size // multiple) * multiple}."
        )
