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
"""A round of steps lasts at least so long, unless the budget of time is spent before."""


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
        batch_size: Images of a step.
        num_threads: Threads of a trial.
        budget_seconds: No further round begins after so long; each layout has one at least.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(num_threads)
    try:
        steps = {
            layout: _step(
                build_network(
                    architecture,
                    num_classes=num_classes,
                    image_size=image_size,
                    channels=channels,
                    width=width,
                    generator_seed=0,
                ),
                torch.zeros(batch_size, channels, image_size, image_size),
                memory_format(layout == "channels_last"),
            )
            for layout in LAYOUTS
        }
        return _in_turns(steps, budget_seconds)
    finally:
        torch.set_num_threads(before)


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
