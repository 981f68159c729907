"""How fast a network trains here with its images and weights laid out in memory one way or the other."""

import time
from collections.abc import Callable

import torch
import torch.nn.functional as F

from trainables.network import build_network
from trainables.precision import memory_format

LAYOUTS = ("contiguous", "channels_last")
ROUNDS = 5
ROUND_SECONDS = 0.1
"""A round of steps lasts at least so long."""

LEAST_BATCH = 2


def seconds_a_step(
    architecture: str,
    *,
    num_classes: int,
    image_size: int,
    channels: int,
    width: int,
    batch_size: int,
    num_threads: int,
    budget_seconds: float,
) -> dict[str, float]:
    """Return the least seconds that a training step took in rounds that took turns, float32 on the CPU, by layout.

    PyTorch's threads are as they were afterwards.

    Args:
        architecture: See `trainables.network.build_network`, as for the four arguments after it.
        num_classes: Number of logits.
        image_size: Side of the images, in pixels.
        channels: Of the images.
        width: Of `small_resnet`.
        batch_size: Images of a step; fewer where that many would take too long.
        num_threads: Threads of a trial.
        budget_seconds: About the longest that it takes: each layout has one round at least.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(num_threads)

    def step(images: int, layout: str) -> Callable[[], None]:
        network = build_network(
            architecture,
            num_classes=num_classes,
            image_size=image_size,
            channels=channels,
            width=width,
            generator_seed=0,
        )
        batch = torch.zeros(images, channels, image_size, image_size)
        return _step(network, batch, memory_format(layout == "channels_last"))

    try:
        few = min(LEAST_BATCH, batch_size)
        images = _affordable(step(few, "contiguous"), few, budget_seconds / (4 * ROUNDS))
        images = min(batch_size, images)
        return _in_turns({layout: step(images, layout) for layout in LAYOUTS}, budget_seconds)
    finally:
        torch.set_num_threads(before)


def _affordable(step: Callable[[], None], images: int, step_seconds: float) -> int:
    """Return how many images a step may have to last no longer than `step_seconds`, going by steps of a few."""
    step()
    begun = time.perf_counter()
    step()
    return max(images, int(images * step_seconds / (time.perf_counter() - begun)))


def _step(network: torch.nn.Module, images: torch.Tensor, layout: torch.memory_format) -> Callable[[], None]:
    network.to(memory_format=layout).train()
    images = images.to(memory_format=layout)
    labels = torch.zeros(len(images), dtype=torch.int64)

    def step() -> None:
        network.zero_grad()
        F.cross_entropy(network(images), labels).backward()

    return step


def _in_turns(steps: dict[str, Callable[[], None]], budget_seconds: float) -> dict[str, float]:
    begun = time.perf_counter()
    for step in steps.values():
        step()  # the first one loads kernels
    found: dict[str, float] = {}
    for number in range(ROUNDS):
        if number and time.perf_counter() - begun > budget_seconds:
            break
        for layout, step in steps.items():
            found[layout] = min(_round(step), found.get(layout, float("inf")))
    return found


def _round(step: Callable[[], None]) -> float:
    """Return the mean seconds of steps that together last a round."""
    begun, count = time.perf_counter(), 0
    while count == 0 or time.perf_counter() - begun < ROUND_SECONDS:
        step()
        count += 1
    return (time.perf_counter() - begun) / count
