import functools

from trainables.networks.meta_weights import build_without_weights
from trainables.networks.network import Network


@functools.cache
def meta_network(architecture: str, image_size: int = 224) -> Network:
    return build_without_weights(architecture, num_classes=3, image_size=image_size, channels=3)
