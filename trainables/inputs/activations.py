"""Activations of the frozen body, computed once for all runs that start from the same weights."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from trainables.compute.precision import autocast, memory_format
from trainables.generators import seed_for
from trainables.identity import identity
from trainables.inputs.augmentation import Augmentation, draw_augmentation
from trainables.inputs.batches import image_batch
from trainables.inputs.images import ImageTensors
from trainables.plan.training import Training
from trainables.sharing.cached import Cached, get_or_build
from trainables.sharing.versions import computed_by

KEY_VERSION = 4
PLAIN = Training()
EVALUATION_BATCH = 256
CUT = "body"
"""Where the network is cut: activations are what its body gives its head."""


def weights_hash(module: nn.Module) -> str:
    """Return a hash of a module's parameters and buffers: names, types, shapes and bytes."""
    digest = hashlib.sha256()
    for name, tensor in module.state_dict().items():
        digest.update(f"{name}/{tensor.dtype}/{tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


@torch.inference_mode()
def compute_activations(
    body: nn.Module,
    data: ImageTensors,
    *,
    draws: Augmentation | None = None,
    training: Training = PLAIN,
) -> Tensor:
    """Return the body's outputs, float32 (N, F), in evaluation mode.

    Args:
        body: Left as it was.
        data: The split.
        draws: How each image is augmented; None takes the images as they are.
        training: Precision and layout of the body's execution.
    """
    was_training = body.training
    body.eval()
    batches = torch.arange(len(data), device=data.labels.device).split(EVALUATION_BATCH)
    layout = memory_format(training.channels_last)
    with autocast(training.precision, data.labels.device):
        outputs = torch.cat(
            [body(image_batch(data, index, draws, memory_format=layout)).float() for index in batches]
        )
    body.train(was_training)
    return outputs


def activations(
    body: nn.Module,
    data: ImageTensors,
    *,
    data_key: str,
    cache: Path,
    training: Training,
    view_seed: int | None = None,
) -> Cached[Tensor]:
    """Return the body's outputs for every image of a split, from the cache where they lie there.

    Args:
        body: The frozen part of the network.
        data: The split.
        data_key: Names the split's content: images, size, order.
        cache: The machine's cache folder.
        training: Precision; with `view_seed`, the number of views and their augmentation, too.
        view_seed: Seed of augmented views; None takes each image as it is.

    Returns:
        (V, N, F): a row of outputs for each of `training.activation_views` augmented views of each image, or for
        the image itself, V = 1.
    """
    num_views = training.activation_views if view_seed is not None else 0
    key = _key(body, data, data_key=data_key, training=training, views=(num_views, view_seed))

    def build() -> np.ndarray:
        draws: list[Augmentation | None] = [
            draw_augmentation(data, training=training, seed=seed_for(view_seed or 0, "views"), epoch=view)
            for view in range(num_views)
        ]
        views = [compute_activations(body, data, draws=draw, training=training) for draw in draws or [None]]
        return torch.stack(views).cpu().numpy()

    cached = get_or_build(
        cache / "activations" / key,
        build=build,
        save=lambda folder, value: np.save(folder / "activations.npy", value),
        load=lambda folder: np.load(folder / "activations.npy", mmap_mode="c"),
    )
    return replace(cached, value=torch.from_numpy(cached.value).to(data.images.device))


def _key(
    body: nn.Module,
    data: ImageTensors,
    *,
    data_key: str,
    training: Training,
    views: tuple[int, int | None],
) -> str:
    """Return a hash of everything that activations depend on."""
    augmentation = (training.augment, training.min_crop_area, training.colour, training.pca_noise)
    parts = (
        KEY_VERSION,
        CUT,
        weights_hash(body),
        data_key,
        tuple(data.images.shape),
        data.mean.tolist(),
        data.std.tolist(),
        training.batch_norm,
        training.precision,
        training.channels_last,
        computed_by(),
        torch.are_deterministic_algorithms_enabled(),
        (*views, augmentation) if views[0] else (),
        data.images.device.type,
        torch.get_num_threads(),
    )
    return hashlib.sha256(identity(parts).encode()).hexdigest()[:32]
