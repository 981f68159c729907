"""Training steps of a network on this CPU, executed in one way or another, and how long they take.

What is tried here may crash, so that `trainables.compute.probe_children` runs it in processes of its own.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from trainables.compute.execution import Execution
from trainables.compute.precision import autocast, gradient_scaler, memory_format
from trainables.networks.network import build_network

ROUND_SECONDS = 0.1
"""A round of steps lasts at least so long."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """What is trained for a step.

    Attributes:
        architecture: See `trainables.networks.network.build_network`.
        num_classes: Number of logits.
        image_size: Side of the images that the network is made for, in pixels.
        channels: Of the images.
        width: Of `small_resnet`.
    """

    architecture: str
    num_classes: int
    image_size: int
    channels: int
    width: int


def training_step(
    workload: Workload, execution: Execution, *, images: int, side: int | None = None
) -> Callable[[], None]:
    """Return a step, forward and backward, of a network and a batch that are made here.

    Args:
        workload: The network.
        execution: What it is computed in.
        images: Of the batch.
        side: Of the images, in pixels; None takes what the network is made for.
    """
    network = build_network(
        workload.architecture,
        num_classes=workload.num_classes,
        image_size=workload.image_size,
        channels=workload.channels,
        width=workload.width,
        generator_seed=0,
    )
    layout = memory_format(execution.layout == "channels_last")
    network.to(memory_format=layout).train()
    side = workload.image_size if side is None else side
    batch = torch.zeros(images, workload.channels, side, side).to(memory_format=layout)
    labels = torch.zeros(images, dtype=torch.int64)
    scaler = gradient_scaler(execution.precision, batch.device)
    forward = torch.compile(network) if execution.compile else network

    def step() -> None:
        with autocast(execution.precision, batch.device):
            outputs = forward(batch).float()
        scaler.scale(F.cross_entropy(outputs, labels)).backward()
        network.zero_grad()  # at once: as many gradients as candidates would not fit where the trial's own do

    return step


def affordable(step: Callable[[], None], *, images: int, step_seconds: float) -> int:
    """Return how many images a step may have to last no longer than `step_seconds`, going by steps of a few."""
    step()
    begun = time.perf_counter()
    step()
    return max(images, int(images * step_seconds / (time.perf_counter() - begun)))


def round_seconds(step: Callable[[], None]) -> float:
    """Return the mean seconds of steps that together last a round."""
    begun, count = time.perf_counter(), 0
    while count == 0 or time.perf_counter() - begun < ROUND_SECONDS:
        step()
        count += 1
    return (time.perf_counter() - begun) / count
