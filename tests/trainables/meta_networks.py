import functools
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from trainables.network import Network, build_network


class WeightsOnMeta(TorchFunctionMode):
    """Puts weights on the meta device, but not the numbers that RegNet computes its widths with."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        on_meta = {"device": "meta"} if func is torch.empty else {}
        return func(*args, **{**(kwargs or {}), **on_meta})


@functools.cache
def meta_network(architecture: str, image_size: int = 224) -> Network:
    with WeightsOnMeta():
        network = build_network(
            architecture, num_classes=3, image_size=image_size, channels=3, generator_seed=0
        )
    return network.to("meta")
