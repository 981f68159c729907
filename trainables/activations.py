"""Activations of the frozen body, computed once for all runs that start from the same weights."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from trainables.batches import ImageTensors, image_batch
from trainables.shared import Taken, take

LAYOUT = 1
EVALUATION_BATCH = 256


def weights_hash(module: nn.Module) -> str:
    """Return a hash of a module's parameters and buffers: names, types, shapes and bytes."""
    digest = hashlib.sha256()
    for name, tensor in module.state_dict().items():
        digest.update(f"{name}/{tensor.dtype}/{tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


@torch.inference_mode()
def compute_activations(body: nn.Module, data: ImageTensors) -> Tensor:
    """Return the body's outputs, float32 (N, F), in evaluation mode and without augmentation."""
    was_training = body.training
    body.eval()
    batches = torch.arange(len(data), device=data.labels.device).split(EVALUATION_BATCH)
    outputs = torch.cat([body(image_batch(data, index)) for index in batches])
    body.train(was_training)
    return outputs


def activations(body: nn.Module, data: ImageTensors, *, data_key: str, cache: Path) -> Taken[Tensor]:
    """Return the body's outputs for every image of a split, from the cache where they lie there.

    Args:
        body: The frozen part of the network.
        data: The split.
        data_key: Names the split's content: images, size, order.
        cache: The machine's cache folder.
    """
    parts = (
        LAYOUT,
        weights_hash(body),
        data_key,
        data.mean.tolist(),
        data.std.tolist(),
        data.images.device.type,
        torch.get_num_threads(),
    )
    key = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
    taken = take(
        cache / "activations" / key,
        build=lambda: compute_activations(body, data).cpu().numpy(),
        save=lambda folder, value: np.save(folder / "activations.npy", value),
        load=lambda folder: np.load(folder / "activations.npy", mmap_mode="c"),
    )
    return replace(taken, value=torch.from_numpy(taken.value).to(data.images.device))
