"""Networks that PyTorch crashes in with channels last on a CPU: those with narrow strided 1x1 convolutions."""

from torch import nn

from trainables.plan.training import LEAST_CHANNELS_LAST


def check_convolutions(network: nn.Module, *, name: str) -> None:
    """Refuse a network for `channels_last` on a CPU whose steps write past the end of oneDNN's memory.

    Args:
        network: Its parameters may lie on the meta device.
        name: What it is called in the error.

    Raises:
        ValueError: If an ungrouped strided 1x1 convolution takes in 2 channels up to `LEAST_CHANNELS_LAST` - 1.
    """
    for where, module in network.named_modules():
        if isinstance(module, nn.Conv2d) and _is_narrow(module):
            raise ValueError(
                f"channels_last is true, but in {name} the 1x1 convolution {where.removeprefix('body.')} strides over "
                f"{module.in_channels} channels: {LEAST_CHANNELS_LAST} or more are allowed on a CPU, where PyTorch "
                "crashes with fewer"
            )


def _is_narrow(convolution: nn.Conv2d) -> bool:
    """Tell whether one computes what `LEAST_CHANNELS_LAST` is about."""
    is_strided = max(convolution.stride) > 1 and max(convolution.kernel_size) == 1
    is_whole = convolution.groups == 1
    return is_strided and is_whole and 1 < convolution.in_channels < LEAST_CHANNELS_LAST
