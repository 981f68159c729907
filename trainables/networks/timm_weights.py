"""Weights that timm keeps for its models, and its position embeddings at other image sizes."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from trainables.networks.names import TIMM
from trainables.networks.timm_networks import import_timm


def pretrained_state(architecture: str, options: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    """Return the state of a model with timm's weights, adapted by timm to other channels and image sizes.

    timm downloads them once, and refuses what does not fit its model in full. The global generators are left
    as they were.

    Args:
        architecture: `timm/NAME` for timm's default weights, `timm/NAME.TAG` for others.
        options: What the network's body was made with, see `Backbone.options`.

    Raises:
        OSError: Or almost anything else that huggingface_hub and timm raise, if the weights can't be had.
    """
    timm = import_timm(architecture)
    with torch.random.fork_rng(devices=[]):
        model = timm.create_model(architecture.removeprefix(TIMM), pretrained=True, **options)
    return dict(model.state_dict())


def where_from(architecture: str) -> str:
    """Return where timm has its weights from: an address, or a repository of the Hugging Face hub."""
    config = import_timm(architecture).get_pretrained_cfg(architecture.removeprefix(TIMM))
    return str(config.hf_hub_id or config.url or "nowhere: there are none")


def interpolate_positions(body: nn.Module, state: dict[str, torch.Tensor]) -> None:
    """Resize the position embeddings of a plain vision transformer in a state of it, in place, as timm does."""
    from timm.layers import resample_abs_pos_embed
    from timm.models import VisionTransformer

    if not isinstance(body, VisionTransformer) or body.pos_embed is None or "pos_embed" not in state:
        return
    if state["pos_embed"].shape != body.pos_embed.shape:
        num_prefix_tokens = 0 if body.no_embed_class else body.num_prefix_tokens
        state["pos_embed"] = resample_abs_pos_embed(
            state["pos_embed"], list(body.patch_embed.grid_size), num_prefix_tokens=num_prefix_tokens
        )
