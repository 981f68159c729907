"""Networks without weights: names and shapes alone, built at once whatever their size."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from trainables.networks.network import Network, build_network


def build_without_weights(architecture: str, **arguments: Any) -> Network:
    """Return a network on torch's meta device: it has parameters with names and shapes, and no values.

    Args:
        architecture: See `build_network`.
        arguments: The other arguments of `build_network`, without `generator_seed`.

    Raises:
        ValueError: See `build_network`.
    """
    try:
        with _WeightsOnMeta():
            network = build_network(architecture, **arguments, generator_seed=0)
    except (
        RuntimeError,
        ValueError,
    ):  # a model that runs a part of itself while it is built: with values, then
        network = build_network(architecture, **arguments, generator_seed=0)
    return network.to("meta")


_FILLS = frozenset({torch.Tensor.normal_, torch.Tensor.uniform_, torch.Tensor.fill_, torch.Tensor.zero_})


class _WeightsOnMeta(TorchFunctionMode):
    """Puts weights on the meta device, but not the numbers that RegNet computes its widths with.

    Filling them does nothing; PyTorch would import its compiler first to find that out.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        if func in _FILLS and args[0].is_meta:
            return args[0]
        on_meta = {"device": "meta"} if func is torch.empty else {}
        return func(*args, **{**(kwargs or {}), **on_meta})
