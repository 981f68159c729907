"""Licences of start weights, as their libraries state them."""

from typing import Any

from trainables.networks.names import TIMM, is_timm
from trainables.networks.weights import DEFAULT, PRETRAINED, library_names


def weights_licence(weights: str, *, architecture: str) -> str | None:
    """Return the licence of a network's start weights; None where they are random, a file, or nobody states it.

    timm states one for most of its weights. torchvision does for a few alone; what its other weights allow depends on
    what they were trained on, ImageNet in most cases.

    Args:
        weights: As a run has them.
        architecture: The network's name.
    """
    if weights not in (PRETRAINED, *library_names(architecture)):
        return None
    stated = _of_timm(architecture) if is_timm(architecture) else _of_torchvision(architecture, weights)
    return str(stated) if stated else None


def _of_timm(architecture: str) -> Any:
    from trainables.networks.timm_networks import import_timm

    config = import_timm(architecture).get_pretrained_cfg(architecture.removeprefix(TIMM))
    return config and config.license


def _of_torchvision(architecture: str, weights: str) -> Any:
    from torchvision import models

    name = DEFAULT if weights == PRETRAINED else weights
    return models.get_model_weights(architecture)[name].meta.get("license")
