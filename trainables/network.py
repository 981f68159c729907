"""Networks in two parts, body and head: every classification model of torchvision, and `small_resnet`."""

from typing import Any

import torch
from torch import nn
from torchvision import models

from trainables.architectures import SMALL_RESNET, architectures, check_architecture
from trainables.small_resnet import SmallResNet

__all__ = ["Network", "architectures", "build_network", "check_architecture", "stem_weight"]

SMALL_STEM_BELOW = 64
"""Images smaller than this get a stem that keeps their size, in ResNets and DenseNets."""


class Network(nn.Module):
    """A body that turns images into features and a head that turns features into logits.

    Attributes:
        body: Images (N, C, H, W) to features (N, F); the model with its last layer taken out.
        head: Features (N, F) to logits (N, num_classes).
        head_name: What the last layer is called in the model, and in files of its weights.
    """

    def __init__(self, body: nn.Module, head: nn.Module, *, head_name: str = "head") -> None:
        super().__init__()
        self.body = body
        self.head = head
        self.head_name = head_name

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return logits (N, num_classes)."""
        logits: torch.Tensor = self.head(self.body(images))
        return logits


class PooledHead(nn.Module):
    """SqueezeNet's last layers on flattened maps: 1x1 convolution, ReLU, mean over positions.

    None of them looks at where a position lies, so features (N, F) are read as `in_channels` rows of them.
    """

    def __init__(self, in_channels: int, num_classes: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, num_classes, kernel_size=1)
        nn.init.normal_(self.conv.weight, std=0.01)
        nn.init.zeros_(self.conv.bias)  # type: ignore[arg-type]

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return logits (N, num_classes), none of them negative."""
        maps = features.view(len(features), self.conv.in_channels, -1, 1)
        return torch.relu(self.conv(maps)).mean((2, 3))


def build_network(
    architecture: str,
    *,
    num_classes: int,
    image_size: int,
    channels: int,
    width: int = 16,
    generator_seed: int,
) -> Network:
    """Build a network with fresh weights on the CPU.

    All weights are drawn from `generator_seed`, and the global generators are left as they were. The head's
    depend on the seed and its own shape alone, the body's not on the number of classes. Linear heads are
    drawn as `nn.Linear` draws them, where some of torchvision's models have a rule of their own.

    Under 64 pixels, torchvision's ResNets and DenseNets get a 3x3 stem of stride 1 without pooling. All of
    its models see three channels: grey images are repeated inside the body. GoogLeNet and Inception have no
    auxiliary heads, and expect images normalised with ImageNet's mean and deviation, as the others do.

    Args:
        architecture: A name from `architectures()`.
        num_classes: Number of logits.
        image_size: Side of the square images, in pixels.
        channels: Channels of the images: 1 or 3, any number for `small_resnet`.
        width: Channels of the first stage of `small_resnet`; the others have none to choose.
        generator_seed: Seed of the weights.

    Raises:
        ValueError: If the network is unknown or can't take such images.
    """
    check_architecture(architecture, image_size=image_size)
    for field, value in (("num_classes", num_classes), ("channels", channels), ("width", width)):
        if value < 1:
            raise ValueError(f"{field} must be at least 1, got {value}.")
    if architecture != SMALL_RESNET and channels not in (1, 3):
        raise ValueError(f"channels must be 1 or 3 for {architecture}, got {channels}.")
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(generator_seed)
        head_seed = int(torch.randint(2**62, ()).item())
        if architecture == SMALL_RESNET:
            body: nn.Module = SmallResNet(num_classes=1, channels=channels, width=width)
        else:
            body = _torchvision_model(architecture, image_size=image_size, grey=channels == 1)
        torch.default_generator.manual_seed(head_seed)
        return _split(body, num_classes)


def stem_weight(body: nn.Module) -> str | None:
    """Return the body's name for the weight that a small-image stem replaces, None where there is none."""
    if isinstance(body, models.ResNet):
        return "conv1.weight"
    return "features.conv0.weight" if isinstance(body, models.DenseNet) else None


def _torchvision_model(architecture: str, *, image_size: int, grey: bool) -> nn.Module:
    options: dict[str, Any] = {}
    if architecture.startswith("vit_"):
        options = {"image_size": image_size}
    elif architecture.startswith("maxvit_"):
        options = {"input_size": (image_size, image_size)}
    elif architecture in ("googlenet", "inception_v3"):
        options = {"aux_logits": False, "init_weights": True, "transform_input": True}
    model: nn.Module = models.get_model(architecture, weights=None, num_classes=1, **options)
    if image_size < SMALL_STEM_BELOW:
        _shrink_stem(model)
    if grey:
        model.register_forward_pre_hook(_repeat_grey)
    return model


def _shrink_stem(model: nn.Module) -> None:
    if isinstance(model, models.ResNet):
        model.conv1 = nn.Conv2d(3, model.conv1.out_channels, 3, padding=1, bias=False)
        nn.init.kaiming_normal_(model.conv1.weight, mode="fan_out", nonlinearity="relu")
        model.maxpool = nn.Identity()
    elif isinstance(model, models.DenseNet):
        model.features.conv0 = nn.Conv2d(3, model.features.conv0.out_channels, 3, padding=1, bias=False)
        nn.init.kaiming_normal_(model.features.conv0.weight)
        model.features.pool0 = nn.Identity()


def _repeat_grey(_model: nn.Module, inputs: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
    return (inputs[0].expand(-1, 3, -1, -1),)


def _split(model: nn.Module, num_classes: int) -> Network:
    if isinstance(model, models.SqueezeNet):
        in_channels = model.classifier[1].in_channels
        model.classifier = model.classifier[:1]
        return Network(model, PooledHead(in_channels, num_classes), head_name="classifier.1")
    name, last = [(name, m) for name, m in model.named_modules() if isinstance(m, nn.Linear)][-1]
    model.set_submodule(name, nn.Identity())
    return Network(
        model, nn.Linear(last.in_features, num_classes, bias=last.bias is not None), head_name=name
    )
