"""torchvision's classification models without their last layer, for images of any size and one or three channels."""

from functools import partial
from typing import Any

import torch
from torch import nn
from torchvision import models
from torchvision.models.resnet import BasicBlock, Bottleneck

from trainables.networks.backbone import Backbone, take_head

SMALL_STEM_BELOW = 64
"""Images smaller than this get a stem that keeps their size, in ResNets and DenseNets."""

BLOCKS = (BasicBlock, Bottleneck)


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


def torchvision_backbone(architecture: str, *, image_size: int, channels: int) -> Backbone:
    """Return a model of torchvision with weights from the global generator, and without its last layer.

    Raises:
        ValueError: If there are neither one nor three channels.
    """
    if channels not in (1, 3):
        raise ValueError(f"channels must be 1 or 3 for {architecture}, got {channels}.")
    model = _model(architecture, image_size=image_size)
    if image_size < SMALL_STEM_BELOW:
        _shrink_stem(model)
    if channels == 1:
        model.register_forward_pre_hook(_repeat_grey)
    if isinstance(model, models.SqueezeNet):
        in_channels = model.classifier[1].in_channels
        model.classifier = model.classifier[:1]
        return Backbone(body=model, head_names=("classifier.1",), make_head=partial(PooledHead, in_channels))
    return take_head(model, ([name for name, m in model.named_modules() if isinstance(m, nn.Linear)][-1],))


def last_norms(body: nn.Module) -> list[nn.Module] | None:
    """Return the last norm of every residual block of a ResNet; None for other networks."""
    if not isinstance(body, models.ResNet):
        return None
    norms = ((b.bn2 if isinstance(b, BasicBlock) else b.bn3) for b in body.modules() if isinstance(b, BLOCKS))
    return list(norms)


def _model(architecture: str, *, image_size: int) -> nn.Module:
    options: dict[str, Any] = {}
    if architecture.startswith("vit_"):
        options = {"image_size": image_size}
    elif architecture.startswith("maxvit_"):
        options = {"input_size": (image_size, image_size)}
    elif architecture in ("googlenet", "inception_v3"):
        options = {"aux_logits": False, "init_weights": True, "transform_input": True}
    model: nn.Module = models.get_model(architecture, weights=None, num_classes=1, **options)
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
