"""Networks in two parts, body and head: torchvision's and timm's classification models, and `small_resnet`."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Literal

import torch
from torch import nn

from trainables.networks.architectures import architectures, check_architecture, check_name
from trainables.networks.backbone import Backbone, take_head
from trainables.networks.initial_values import glorot, start_blocks_as_identity
from trainables.networks.names import SMALL_RESNET, is_timm
from trainables.networks.small_resnet import SmallResNet

__all__ = ["Network", "architectures", "build_network", "check_architecture"]


class Network(nn.Module):
    """A body that turns images into features and a head that turns features into logits.

    Attributes:
        body: Images (N, C, H, W) to features (N, F); the model with its last layer taken out.
        dropout: Between the two, at probability 0 until its `p` is set; it has no parameters.
        head: Features (N, F) to logits (N, num_classes).
        head_names: What the last layer is called in the model, and in files of its weights; several names
            where a model of timm has several heads, which are one here.
        options: What timm made the model with besides its name; empty for other models.
    """

    def __init__(
        self,
        body: nn.Module,
        head: nn.Module,
        *,
        head_names: tuple[str, ...] = ("head",),
        options: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.body = body
        self.dropout = nn.Dropout(0.0)
        self.head = head
        self.head_names = head_names
        self.options = dict(options or {})

    @property
    def classifier(self) -> nn.Module:
        """Dropout and head, to be trained on features (N, F); the parameters are called "head.*" here, too."""
        return nn.Sequential(OrderedDict(dropout=self.dropout, head=self.head))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return logits (N, num_classes)."""
        logits: torch.Tensor = self.head(self.dropout(self.body(images)))
        return logits


def build_network(
    architecture: str,
    *,
    num_classes: int,
    image_size: int,
    channels: int,
    width: int = 16,
    generator_seed: int,
    head_init: Literal["default", "xavier"] = "default",
    zero_gamma: bool = False,
) -> Network:
    """Build a network with fresh weights on the CPU.

    All weights are drawn from `generator_seed`, and the global generators are left as they were. The head's
    depend on the seed and its own shape alone, the body's not on the number of classes. Linear heads are
    drawn as `nn.Linear` draws them, where some models draw them otherwise.

    Under 64 pixels, torchvision's ResNets and DenseNets get a 3x3 stem of stride 1 without pooling. All of
    its models see three channels: grey images are repeated inside the body. GoogLeNet and Inception have no
    auxiliary heads, and expect images normalised with ImageNet's mean and deviation, as the others do.
    timm's models are as timm makes them, see `trainables.networks.timm_networks`.

    Args:
        architecture: A name from `architectures()`, or `timm/NAME`.
        num_classes: Number of logits.
        image_size: Side of the square images, in pixels.
        channels: Channels of the images: 1 or 3, any number for `small_resnet` and timm's models.
        width: Channels of the first stage of `small_resnet`; the others have none to choose.
        generator_seed: Seed of the weights.
        head_init: "xavier" draws the head's weights evenly from within sqrt(6 / (F + num_classes)) and sets
            its biases to 0 (Glorot & Bengio, 2010).
        zero_gamma: Whether the last norm of every residual block starts at 0 (Goyal et al., 2017).

    Raises:
        ValueError: If the network is unknown, can't take such images, or has no norms for `zero_gamma`.
    """
    if is_timm(architecture):
        check_name(architecture)  # building tells the rest
    else:
        check_architecture(architecture, image_size=image_size)
    for field, value in (("num_classes", num_classes), ("channels", channels), ("width", width)):
        if value < 1:
            raise ValueError(f"{field} must be at least 1, got {value}.")
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(generator_seed)
        head_seed = int(torch.randint(2**62, (), device="cpu").item())
        parts = _backbone(
            architecture, image_size=image_size, channels=channels, width=width, zero_gamma=zero_gamma
        )
        torch.default_generator.manual_seed(head_seed)
        head = parts.make_head(num_classes)
        if head_init == "xavier":
            torch.default_generator.manual_seed(head_seed)
            glorot(head)
    return Network(parts.body, head, head_names=parts.head_names, options=parts.options)


def _backbone(architecture: str, *, image_size: int, channels: int, width: int, zero_gamma: bool) -> Backbone:
    if is_timm(architecture):
        from trainables.networks.timm_networks import timm_backbone

        return timm_backbone(architecture, image_size=image_size, channels=channels, zero_gamma=zero_gamma)
    if architecture == SMALL_RESNET:
        parts = take_head(SmallResNet(num_classes=1, channels=channels, width=width), ("fc",))
    else:
        from trainables.networks.torchvision_networks import torchvision_backbone

        parts = torchvision_backbone(architecture, image_size=image_size, channels=channels)
    if zero_gamma:
        start_blocks_as_identity(parts.body, architecture)
    return parts
