"""Start weights of a network's body: torchvision's or timm's by name, or from a file."""

import http.client
import logging
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import torch
from torch import nn
from torch.nn.modules.utils import consume_prefix_in_state_dict_if_present

from trainables.networks.names import SMALL_RESNET, is_timm
from trainables.networks.network import Network
from trainables.networks.small_resnet import SmallResNet
from trainables.networks.stem_channels import adapt_stem
from trainables.networks.weights_files import (
    FIRST_FORMAT,
    FORMAT,
    PARTS,
    WeightsError,
    is_own_content,
    read_weights,
)

logger = logging.getLogger(__name__)

PRETRAINED = "pretrained"
"""A library's own weights: torchvision's `DEFAULT` ones, timm's of the tag that is part of the network's name."""

DEFAULT = "DEFAULT"
"""torchvision's name for the best of a network's weights."""

AUXILIARY = ("aux1.", "aux2.", "AuxLogits.")
"""Heads that only torchvision's files of GoogLeNet and Inception have."""

OLD_DENSENET_NAME = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12]\.)")
"""torchvision's DenseNet files say `norm.1` where its networks say `norm1`."""

State = dict[str, torch.Tensor]


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """What became of a network's body. Its head is never loaded.

    Attributes:
        loaded: Number of the body's tensors (parameters and buffers) that were given.
        reinitialised: Names in the network of those that did not fit, and keep their fresh values: the stem's
            weight, where one side has the small-image stem and the other has not.
    """

    loaded: int
    reinitialised: tuple[str, ...]


def load_weights(network: Network, weights: str, *, architecture: str) -> LoadReport:
    """Load start weights into the body, and leave the head as it is.

    Args:
        network: Built by `build_network`. After an error it may be partly loaded.
        weights: "none"; the name of torchvision weights, such as "IMAGENET1K_V1" or "DEFAULT", which are
            downloaded once; "pretrained", for timm's models the weights of the name's tag, or of timm's
            default one, for torchvision's "DEFAULT"; or a file, written by `save_weights` or holding the plain
            state_dict of torchvision's or timm's model, as a safetensors file, too. A ViT's position embeddings
            are interpolated to the network's image size, and a stem for RGB becomes one for grey images, or the
            reverse, see `trainables.networks.stem_channels`.
        architecture: The network's name.

    Raises:
        WeightsError: If the weights are unknown, can't be downloaded or read, or are another network's.
    """
    if weights == "none":
        return LoadReport(loaded=0, reinitialised=())
    if weights == "source":
        raise WeightsError(
            "weights 'source' stands for a network that a study trains first, and whose file it puts in the "
            "word's place; outside of a study, give the file."
        )
    if is_timm(architecture) and weights == PRETRAINED:
        return _load_body(network.body, _timm_state(network, architecture), f"weights of {architecture}")
    if weights == PRETRAINED and architecture != SMALL_RESNET:
        weights = DEFAULT
    names = library_names(architecture)
    if weights in names:
        file = _torchvision_file(architecture, weights)
    elif not (file := Path(weights).expanduser()).exists():
        raise WeightsError(
            f"weights {weights!r} is neither a file nor known for {architecture}; "
            f"it must be none, {', '.join([*names, 'or a file'])}."
        )
    state = _body_state(network, read_weights(file), file, architecture)
    return _load_body(network.body, state, f"weights file {file}")


def library_names(architecture: str) -> tuple[str, ...]:
    """Return what a network's own weights are called by its library; `PRETRAINED` stands for torchvision's, too."""
    if architecture == SMALL_RESNET:
        return ()
    if is_timm(architecture):
        return (PRETRAINED,)
    from trainables.networks.torchvision_weights import weight_names

    return weight_names(architecture)


def _torchvision_file(architecture: str, weights: str) -> Path:
    from trainables.networks.torchvision_weights import address

    url = address(architecture, weights)
    folder = Path(torch.hub.get_dir(), "checkpoints")
    file = folder / Path(urlparse(url).path).name
    if file.exists():
        return file
    logger.info("Downloading %s to %s", url, folder)
    hash_prefix = re.search(r"-([a-f0-9]+)\.", file.name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(url, str(file), hash_prefix and hash_prefix[1], progress=False)
    except (OSError, http.client.HTTPException, RuntimeError) as error:
        raise WeightsError(
            f"weights {weights} of {architecture} could not be downloaded ({error}); "
            f"get {file.name} from {url} and put it into {folder}, or "
            "start at random (weights: none)."
        ) from error
    return file


def _timm_state(network: Network, architecture: str) -> State:
    from trainables.networks.timm_weights import pretrained_state, where_from

    try:
        state = pretrained_state(architecture, network.options)
    except Exception as error:  # timm, huggingface_hub and its HTTP client each have their own
        raise WeightsError(
            f"weights {PRETRAINED} of {architecture} could not be had ({error}); timm has them from "
            f"{where_from(architecture)}: get the file there and give its path, or start at random (weights: none)."
        ) from error
    _drop(state, _head_starts(network))
    return state


def _body_state(network: Network, content: Any, file: Path, architecture: str) -> State:
    """Return the body's part of a file's content, by the names that its tensors have in the body."""
    if is_own_content(content):
        return _own_state(network, content, file, architecture)
    if not _is_state(content):
        raise WeightsError(f"weights file {file} holds neither weights of lrstudy nor a plain state_dict.")
    state: State = content
    _drop(state, (*_head_starts(network), *AUXILIARY))
    for name in list(state):
        state[OLD_DENSENET_NAME.sub(r"\1\2", name)] = state.pop(name)
    if is_timm(architecture):
        adapt_stem(network.body, state)
    return state


def _own_state(network: Network, content: dict[str, Any], file: Path, architecture: str) -> State:
    if content["format"] not in (FORMAT, FIRST_FORMAT):
        raise WeightsError(f"weights file {file} has format {content['format']!r}; it must be {FORMAT!r}.")
    parts = PARTS - ({"normalisation"} if content["format"] == FIRST_FORMAT else set())
    if content.keys() != parts or not _is_state(content["state"]):
        raise WeightsError(
            f"weights file {file} is damaged: it lacks what format {content['format']!r} must have."
        )
    if content["architecture"] != architecture:
        raise WeightsError(f"weights file {file} is for {content['architecture']}, not for {architecture}.")
    if isinstance(network.body, SmallResNet) and content["width"] != network.body.width:
        raise WeightsError(
            f"weights file {file} is for width {content['width']}, not for {network.body.width}."
        )
    state: State = content["state"]
    _drop(state, ("head.",))
    consume_prefix_in_state_dict_if_present(state, "body.")
    adapt_stem(network.body, state)
    return state


def _head_starts(network: Network) -> tuple[str, ...]:
    return tuple(f"{name}." for name in network.head_names)


def _is_state(content: Any) -> bool:
    return isinstance(content, dict) and bool(content) and all(torch.is_tensor(v) for v in content.values())


def _drop(state: State, starts: tuple[str, ...]) -> None:
    for name in [name for name in state if name.startswith(starts)]:
        del state[name]


def _load_body(body: nn.Module, state: State, source: str) -> LoadReport:
    own = body.state_dict()
    fresh = _drop_other_stem(state, own, _stem_weight(body))
    try:
        _interpolate_positions(body, state)
        _refuse("shapes differ", [n for n in state if n in own and state[n].shape != own[n].shape])
        result = body.load_state_dict(state, strict=False)
        _refuse("tensors are missing", [name for name in result.missing_keys if name not in fresh])
        _refuse("tensors are unexpected", result.unexpected_keys)
    except (RuntimeError, ValueError) as error:
        raise WeightsError(f"{source} does not fit the network: {error}.") from error
    return LoadReport(loaded=len(own) - len(fresh), reinitialised=tuple(f"body.{name}" for name in fresh))


def _interpolate_positions(body: nn.Module, state: State) -> None:
    if _is_of("timm", body):
        from trainables.networks.timm_weights import interpolate_positions

        interpolate_positions(body, state)
    elif _is_of("torchvision", body):
        from trainables.networks import torchvision_weights

        torchvision_weights.interpolate_positions(body, state)


def _stem_weight(body: nn.Module) -> str | None:
    if not _is_of("torchvision", body):
        return None
    from trainables.networks.torchvision_weights import stem_weight

    return stem_weight(body)


def _is_of(library: str, body: nn.Module) -> bool:
    return type(body).__module__.partition(".")[0] == library


def _drop_other_stem(state: State, own: State, stem: str | None) -> tuple[str, ...]:
    """Take the stem's weight out of the state where only its kernel's size differs; return its name."""
    if stem is None or stem not in state:
        return ()
    given, wanted = state[stem].shape, own[stem].shape
    if given[:2] != wanted[:2] or given[2:] == wanted[2:]:
        return ()
    del state[stem]
    return (stem,)


def _refuse(problem: str, names: Collection[str]) -> None:
    if names:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        raise ValueError(f"{problem}: {', '.join(list(names)[:3])}{more}")
