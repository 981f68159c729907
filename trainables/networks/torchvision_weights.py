"""Weights that torchvision keeps for its models, and what of theirs depends on the image size."""

import torch
from torch import nn
from torchvision import models
from torchvision.models.vision_transformer import interpolate_embeddings


def weight_names(architecture: str) -> tuple[str, ...]:
    """Return the names of a model's weights."""
    return tuple(models.get_model_weights(architecture).__members__)


def address(architecture: str, weights: str) -> str:
    """Return where the file of a model's weights is."""
    return str(models.get_model_weights(architecture)[weights].url)


def stem_weight(body: nn.Module) -> str | None:
    """Return the body's name for the weight that a small-image stem replaces, None where there is none."""
    if isinstance(body, models.ResNet):
        return "conv1.weight"
    return "features.conv0.weight" if isinstance(body, models.DenseNet) else None


def interpolate_positions(body: nn.Module, state: dict[str, torch.Tensor]) -> None:
    """Resize the position embeddings of a vision transformer in a state of it, in place, as torchvision does."""
    if isinstance(body, models.VisionTransformer) and "encoder.pos_embedding" in state:
        interpolate_embeddings(body.image_size, body.patch_size, state)
