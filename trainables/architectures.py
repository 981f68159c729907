"""Which networks there are by name, and which image sizes each of them takes."""

from difflib import get_close_matches

SMALL_RESNET = "small_resnet"

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
    """Return the names that `build_network` takes: torchvision's classification models and `small_resnet`."""
    from torchvision import models

    return (*models.list_models(module=models), SMALL_RESNET)


def check_architecture(architecture: str, *, image_size: int) -> None:
    """Refuse an unknown network or images that it can't take, before anything is built.

    torchvision is imported only to look up a name other than `small_resnet`.

    Args:
        architecture: A name from `architectures()`.
        image_size: Side of the square images, in pixels.

    Raises:
        ValueError: In one sentence: with close matches for an unknown name, with the sizes that are allowed.
    """
    if architecture != SMALL_RESNET and architecture not in (known := architectures()):
        matches = get_close_matches(architecture, known, n=3)
        hint = f"did you mean {', '.join(matches)}?" if matches else f"it must be one of {', '.join(known)}."
        raise ValueError(f"architecture {architecture!r} is unknown; {hint}")
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


def minimum_size(architecture: str) -> int:
    """Return the smallest image side in pixels that the network can be trained on."""
    starts = [start for start in MINIMUM_SIZES if architecture.startswith(start)]
    return MINIMUM_SIZES[starts[0]] if starts else 1


def size_multiple(architecture: str) -> int:
    """Return the number of pixels that the image side must be a multiple of; 1 where any side will do."""
    if architecture.startswith("vit_"):
        return int(architecture.rpartition("_")[2])
    return MAXVIT_SIZE if architecture.startswith("maxvit_") else 1
