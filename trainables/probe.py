"""How fast a network trains on this CPU in one layout and precision or another."""

import time
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F

from trainables.arithmetic import Arithmetic
from trainables.network import build_network
from trainables.precision import autocast, memory_format

ROUNDS = 5
ROUND_SECONDS = 0.1
"""A round of steps lasts at least so long."""

LEAST_BATCH = 2


def seconds_a_step(
    architecture: str,
    candidates: Sequence[Arithmetic],
    *,
    num_classes: int,
    image_size: int,
    channels: int,
    width: int,
    batch_size: int,
    num_threads: int,
    budget_seconds: float,
) -> dict[Arithmetic, float]:
    """Return the least seconds that a training step on the CPU took for each candidate, in rounds that took turns.

    PyTorch's threads are as they were afterwards.

    Args:
        architecture: See `trainables.network.build_network`.
        candidates: What is timed; the number of images is found with the first of them.
        num_classes: Number of logits.
        image_size: Side of the images, in pixels.
        channels: Of the images.
        width: Of `small_resnet`.
        batch_size: Images of a step; fewer where that many would take too long.
        num_threads: Threads of a trial.
        budget_seconds: About the longest that it takes: each candidate has one round at least.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(num_threads)

    def step(images: int, arithmetic: Arithmetic) -> Callable[[], None]:
        network = build_network(
            architecture,
            num_classes=num_classes,
            image_size=image_size,
            channels=channels,
            width=width,
            generator_seed=0,
        )
        batch = torch.zeros(images, channels, image_size, image_size)
        return _step(network, batch, arithmetic)

    try:
        few = min(LEAST_BATCH, batch_size)
        images = _affordable(step(few, candidates[0]), few, budget_seconds / (2 * len(candidates) * ROUNDS))
        images = min(batch_size, images)
        return _in_turns({one: step(images, one) for one in candidates}, budget_seconds)
    finally:
        torch.set_num_threads(before)


def _affordable(step: Callable[[], None], images: int, step_seconds: float) -> int:
    """Return how many images a step may have to last no longer than `step_seconds`, going by steps of a few."""
    step()
    begun = time.perf_counter()
    step()
    return max(images, int(images * step_seconds / (time.perf_counter() - begun)))


def _step(network: torch.nn.Module, images: torch.Tensor, arithmetic: Arithmetic) -> Callable[[], None]:
    layout = memory_format(arithmetic.layout == "channels_last")
    network.to(memory_format=layout).train()
    images = images.to(memory_format=layout)
    labels = torch.zeros(len(images), dtype=torch.int64)

    def step() -> None:
        with autocast(arithmetic.precision, images.device):
            outputs = network(images).float()
        F.cross_entropy(outputs, labels).backward()
        network.zero_grad()  # at once: as many gradients as candidates would not fit where the trial's own do

    return step


def _in_turns(steps: dict[Arithmetic, Callable[[], None]], budget_seconds: float) -> dict[Arithmetic, float]:
    begun = time.perf_counter()
    for step in steps.values():
        step()  # the first one loads kernels
    found: dict[Arithmetic, float] = {}
    for number in range(ROUNDS):
        if number and time.perf_counter() - begun > budget_seconds:
            break
        for arithmetic, step in steps.items():
            found[arithmetic] = min(_round(step), found.get(arithmetic, float("inf")))
    return found


def _round(step: Callable[[], None]) -> float:
    """Return the mean seconds of steps that together last a round."""
    begun, count = time.perf_counter(), 0
    while count == 0 or time.perf_counter() - begun < ROUND_SECONDS:
        step()
        count += 1
    return (time.perf_counter() - begun) / count
