"""Start values that a run may choose: Glorot's for the head, zeros for the last norm of residual blocks."""

from collections.abc import Sequence

from torch import nn

from trainables.networks.small_resnet import ResidualBlock, SmallResNet


def glorot(head: nn.Module) -> None:
    """Draw the head's weights anew, uniform within sqrt(6 / (inputs + outputs)); its biases are 0.

    The numbers come from the global generator.

    Source: Glorot & Bengio (2010), eq. 16.
    """
    for name, parameter in head.named_parameters():
        if name.rpartition(".")[2] == "bias":
            nn.init.zeros_(parameter)
        else:
            nn.init.xavier_uniform_(parameter)


def start_blocks_as_identity(body: nn.Module, architecture: str) -> None:
    """Set the weight of the last norm of every residual block to 0.

    Raises:
        ValueError: If the network is none of torchvision's ResNets (ResNeXts and Wide ResNets among them) and
            not `small_resnet`.

    Source: Goyal et al. (2017), section 5.1.
    """
    norms = _last_norms(body)
    if norms is None:
        raise zero_gamma_error(architecture)
    for norm in norms:
        nn.init.zeros_(norm.get_parameter("weight"))


def _last_norms(body: nn.Module) -> Sequence[nn.Module] | None:
    if isinstance(body, SmallResNet):
        return [block.bn2 for block in body.modules() if isinstance(block, ResidualBlock)]
    from trainables.networks.torchvision_networks import last_norms

    return last_norms(body)


def zero_gamma_error(architecture: str) -> ValueError:
    """Return the error for a network whose residual blocks, if any, do not end in a norm."""
    return ValueError(
        f"zero_gamma is true, but architecture is {architecture!r}: small_resnet and the ResNets, ResNeXts and "
        "Wide ResNets of torchvision and timm are allowed"
    )
