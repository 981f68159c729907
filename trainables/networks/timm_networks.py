"""timm's classification models without their last layer. timm is an extra, imported when such a name is asked for."""

import functools
from dataclasses import replace
from importlib import import_module
from types import ModuleType
from typing import Any

import torch

from trainables.networks.backbone import Backbone, take_head
from trainables.networks.initial_values import zero_gamma_error
from trainables.networks.names import TIMM

ZERO_GAMMA_MODULES = ("resnet", "res2net", "resnest")
"""timm's files of ResNets, ResNeXts, Wide ResNets and their kin, whose last norms it starts at 0 unless told."""


def timm_names(architecture: str) -> frozenset[str]:
    """Return the names of timm's models, also with the tag of their weights: "resnet18", "resnet18.a1_in1k".

    Args:
        architecture: What is asked for, to be named where timm is missing.

    Raises:
        ValueError: If timm is not installed.
    """
    timm = import_timm(architecture)
    return frozenset(timm.list_models()) | frozenset(timm.list_models(pretrained=True))


def timm_backbone(architecture: str, *, image_size: int, channels: int, zero_gamma: bool = False) -> Backbone:
    """Return a model of timm with weights from the global generator, and without its last layer.

    The model is as timm makes it for the number of channels and, where its weights depend on it, the size of
    the images; small images get no other stem. What precedes the last layer (norms, hidden layers) stays in
    the body. Where timm has several heads of one width (distilled models, VOLO), the body puts their features
    together as timm does the logits, and one head stands for all.

    Args:
        architecture: `timm/NAME`.
        image_size: Side of the square images, in pixels.
        channels: Channels of the images.
        zero_gamma: Whether the last norm of every residual block starts at 0. timm starts its ResNets so by
            default; here that is left to this argument. Other families keep timm's start.

    Raises:
        ValueError: If timm is missing or its model can't be built for the size or has no head that can be
            replaced, or if `zero_gamma` is true for another family than the ResNets.
    """
    timm = import_timm(architecture)
    name = architecture.removeprefix(TIMM)
    options = timm_options(architecture, image_size=image_size, channels=channels)
    if timm.models.is_model_in_modules(name, ZERO_GAMMA_MODULES):
        options["zero_init_last"] = zero_gamma
    elif zero_gamma:
        raise zero_gamma_error(architecture)
    try:
        model = timm.create_model(name, pretrained=False, num_classes=1, **options)
        _register_in_order(model)
        return replace(take_head(model, _head_names(model)), options=options)
    except (AssertionError, ValueError, RuntimeError) as error:
        raise ValueError(
            f"architecture {architecture!r} can't be built for images of {image_size} px: {_first_line(error)}"
        ) from error


def timm_options(architecture: str, *, image_size: int, channels: int) -> dict[str, Any]:
    """Return what `timm.create_model` has to be given for such images; the size only where weights depend on it."""
    config = import_timm(architecture).get_pretrained_cfg(architecture.removeprefix(TIMM))
    return {"in_chans": channels, **({"img_size": image_size} if config.fixed_input_size else {})}


@functools.cache
def timm_size_problem(architecture: str, image_size: int) -> str | None:
    """Return why two images of a size can't be trained on, found out on the meta device; None where they can.

    Raises:
        ValueError: If the model can't even be built, see `timm_backbone`.
    """
    with torch.device("meta"):
        body = timm_backbone(architecture, image_size=image_size, channels=3).body.train()
        try:
            with torch.no_grad():
                body(torch.empty(2, 3, image_size, image_size))
        except NotImplementedError:  # the meta device lacks the operation; that says nothing about the size
            return None
        except (AssertionError, ValueError, RuntimeError) as error:
            return _first_line(error)
    return None


def has_weights(architecture: str) -> bool:
    """Return whether timm has weights for a model, of the name's tag where it has one."""
    config = import_timm(architecture).get_pretrained_cfg(architecture.removeprefix(TIMM))
    return config is not None and bool(config.has_weights)


def import_timm(architecture: str) -> ModuleType:
    """Return timm.

    Raises:
        ValueError: If it is not installed, naming the architecture that needs it.
    """
    try:
        return import_module("timm")
    except ModuleNotFoundError as error:
        raise ValueError(f"architecture {architecture!r} needs timm: pip install 'lrstudy[timm]'") from error


def _register_in_order(model: Any) -> None:
    """Put a FasterNet's patch mergings before the blocks of their stage, as images pass them."""
    if type(model).__name__ == "FasterNet":
        for stage in model.stages:
            blocks = stage.blocks
            del stage.blocks
            stage.blocks = blocks


def _head_names(model: Any) -> tuple[str, ...]:
    names = model.pretrained_cfg["classifier"]
    if not names:
        raise ValueError("it has no classifier")
    return (names,) if isinstance(names, str) else tuple(names)


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
