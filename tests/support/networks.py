"""Networks for tests: without weights, or with fresh ones."""

import functools

from trainables.networks.meta_weights import build_without_weights
from trainables.networks.network import Network, build_network


@functools.cache
def meta_network(architecture: str, image_size: int = 224) -> Network:
    return build_without_weights(architecture, num_classes=3, image_size=image_size, channels=3)


def small_network(*, channels: int = 3, width: int = 8, seed: int = 0) -> Network:
    """Return a `small_resnet` of three classes."""
    return build_network(
        "small_resnet", num_classes=3, image_size=32, channels=channels, width=width, generator_seed=seed
    )
