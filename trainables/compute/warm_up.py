"""Warm-up of a process, before the clock of its first run starts, so that no run pays for being first."""

import gc
from functools import cache

import torch
import torch.nn.functional as F

from trainables.compute.precision import autocast, memory_format
from trainables.networks.network import build_network
from trainables.plan.training import Precision

BATCH = 8


@cache
def warm_up(
    architecture: str,
    *,
    image_size: int,
    channels: int,
    width: int,
    device: torch.device,
    precision: Precision,
    channels_last: bool,
) -> None:
    """Train a throw-away network for one step, once a process for each kind of run.

    The first step of a process loads kernels and libraries, which costs up to seconds on a GPU.
    """
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        network = build_network(
            architecture,
            num_classes=2,
            image_size=image_size,
            channels=channels,
            width=width,
            generator_seed=0,
        )
        layout = memory_format(channels_last)
        network.to(device).to(memory_format=layout)
        images = torch.zeros(BATCH, channels, image_size, image_size, device=device)
        with autocast(precision, device):
            outputs = network(images.contiguous(memory_format=layout))
        loss = F.cross_entropy(outputs.float(), torch.zeros(BATCH, dtype=torch.int64, device=device))
        loss.backward()
        loss.item()


def free_memory(device: torch.device) -> None:
    """Give back what the runs before this one in the same process held on a GPU, for its neighbours."""
    if device.type == "cuda":
        gc.collect()
        torch.cuda.empty_cache()
