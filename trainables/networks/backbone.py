"""A model whose last layer is taken out, and what is needed to put a new one in its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from torch import nn


@dataclass(frozen=True, kw_only=True)
class Backbone:
    """A model without its last layer.

    Attributes:
        body: Images (N, C, H, W) to features (N, F).
        head_names: What the layers that are gone were called in the model.
        make_head: Number of classes to a fresh head for features (N, F).
        options: What timm made the model with besides its name; its weights have to be made with the same.
    """

    body: nn.Module
    head_names: tuple[str, ...]
    make_head: Callable[[int], nn.Module]
    options: Mapping[str, Any] = field(default_factory=dict)


def take_head(model: nn.Module, names: tuple[str, ...]) -> Backbone:
    """Take the named last layers out of a model, in place; a linear layer will stand for them.

    Args:
        model: Images to logits.
        names: A linear layer or 1x1 convolution on pooled features; or several, whose logits the model adds
            up or averages, and then does the same with the features.

    Raises:
        ValueError: If a layer is missing or of another kind, or if there are several of different widths.
    """
    modules = dict(model.named_modules())
    if missing := [name for name in names if name not in modules]:
        raise ValueError(f"it has no last layer {missing[0]}")
    layers = [modules[name] for name in names]
    widths = {_num_features(layer, name) for layer, name in zip(layers, names, strict=True)}
    if len(widths) != 1:
        raise ValueError(
            f"it has heads on features of {', '.join(map(str, sorted(widths)))} channels, which no single head replaces"
        )
    for name in names:
        model.set_submodule(name, nn.Identity())
    bias = getattr(layers[0], "bias", None) is not None
    return Backbone(body=model, head_names=names, make_head=partial(_linear, widths.pop(), bias))


def _linear(num_features: int, bias: bool, num_classes: int) -> nn.Module:
    return nn.Linear(num_features, num_classes, bias=bias)


def _num_features(layer: nn.Module, name: str) -> int:
    if isinstance(layer, nn.Linear):
        return layer.in_features
    if isinstance(layer, nn.Conv2d) and layer.kernel_size == (1, 1):
        return layer.in_channels
    raise ValueError(f"its last layer {name} is a {type(layer).__name__}, not a linear one")
