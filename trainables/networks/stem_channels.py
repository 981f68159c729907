"""A stem's kernels for grey images made of those for RGB, and the reverse."""

from typing import Any

import torch
from torch import nn

from trainables.networks.small_resnet import SmallResNet


def adapt_stem(body: nn.Module, state: dict[str, torch.Tensor]) -> None:
    """Fit the first convolution in a state of the body, in place, to the number of channels of the body's images.

    The three kernels for RGB become their sum, which sees a grey image as three equal channels; one for grey becomes
    three thirds of it, which see the mean of the channels. Other numbers are left alone, and won't fit.

    Args:
        body: A `small_resnet` or one of timm's models; torchvision's have three channels in any case.
        state: Of a network of the same architecture.

    Source: timm's `adapt_input_conv`, which does so for its own downloads.
    """
    own = body.state_dict()
    for name in _stems(body):
        if name not in state or name not in own or state[name].ndim != 4:
            continue
        given, wanted = state[name].shape[1], own[name].shape[1]
        if (given, wanted) == (3, 1):
            state[name] = state[name].sum(dim=1, keepdim=True)
        elif (given, wanted) == (1, 3):
            state[name] = state[name].repeat(1, 3, 1, 1) / 3


def _stems(body: nn.Module) -> tuple[str, ...]:
    if isinstance(body, SmallResNet):
        return ("conv1.weight",)
    config: Any = getattr(body, "pretrained_cfg", None)  # timm's
    names = config["first_conv"] if config else None
    if not names:
        return ()
    return tuple(f"{name}.weight" for name in ((names,) if isinstance(names, str) else names))
