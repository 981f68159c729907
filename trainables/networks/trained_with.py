"""Normalisation that start weights were trained with."""

from pathlib import Path
from typing import Any

from trainables.data import PreparedData
from trainables.networks.names import SMALL_RESNET, TIMM, is_timm
from trainables.networks.normalisation import (
    DATA,
    Normalisation,
    for_images,
    given_normalisation,
    own_normalisation,
    repeats_grey,
)
from trainables.networks.weights import DEFAULT, PRETRAINED, library_names
from trainables.networks.weights_files import is_own_content, read_weights, recorded_normalisation


def normalisation_for(setting: str, *, weights: str, architecture: str, data: PreparedData) -> Normalisation:
    """Return what a run's images are normalised by.

    Args:
        setting: See `RunConfig.normalisation`.
        weights: The run's start weights, as for `load_weights`.
        architecture: The network's name.
        data: What it trains on.

    Raises:
        ValueError: If the weights file can't be read, or numbers that are given don't fit the images' channels.
    """
    given = given_normalisation(setting)
    if given is not None:
        return _given(given, channels=data.channels, architecture=architecture)
    if setting == DATA or weights == "none":
        return own_normalisation(data)
    found = trained_with(weights, architecture=architecture)
    if found is None:
        why = f", since {weights} does not say what it was trained with"
        return own_normalisation(data, why=why)
    return for_images(found, channels=data.channels, architecture=architecture)


def trained_with(weights: str, *, architecture: str) -> Normalisation | None:
    """Return what images were normalised by when weights were trained; None where nothing tells.

    torchvision's weights say it in their `transforms`, timm's in the `pretrained_cfg` of the name's tag. A file that
    `save_weights` wrote has it on record; another file is taken for weights like those that its library has for the
    network: torchvision's `DEFAULT` ones, timm's of the name's tag. GoogLeNet and Inception v3 are as torchvision
    says, too: their bodies go on from ImageNet's statistics to their own (`transform_input`). Files of earlier
    versions, and a plain state_dict of `small_resnet`, say nothing.

    Args:
        weights: As for `load_weights`, and there if they are a file.
        architecture: The network's name.

    Raises:
        WeightsError: If it is a file and can't be read.
    """
    if weights == "none":
        return None
    name = weights if weights in (PRETRAINED, *library_names(architecture)) else None
    if name is None:
        file = Path(weights).expanduser()
        content = read_weights(file)
        if is_own_content(content):
            return recorded_normalisation(content, file)
    if architecture == SMALL_RESNET:
        return None
    if is_timm(architecture):
        return _of_timm(architecture)
    return _of_torchvision(architecture, DEFAULT if name in (None, PRETRAINED) else name)


def _given(given: Normalisation, *, channels: int, architecture: str) -> Normalisation:
    count = len(given.mean)
    if count == 3 and channels == 1 and not repeats_grey(architecture):
        raise ValueError(
            f"normalisation has {count} means, but the images are grey, and {architecture} sees one channel: 1 is "
            "allowed"
        )
    return for_images(given, channels=channels, architecture=architecture)


def _of_torchvision(architecture: str, weights: str) -> Normalisation:
    from torchvision import models

    transforms: Any = models.get_model_weights(architecture)[weights].transforms()
    return Normalisation(
        mean=tuple(transforms.mean),
        std=tuple(transforms.std),
        origin=f"those that torchvision's {weights} of {architecture} were trained with",
    )


def _of_timm(architecture: str) -> Normalisation:
    from trainables.networks.timm_networks import import_timm

    config = import_timm(architecture).get_pretrained_cfg(architecture.removeprefix(TIMM))
    return Normalisation(
        mean=tuple(config.mean),
        std=tuple(config.std),
        origin=f"those that timm's weights of {architecture} were trained with",
    )
