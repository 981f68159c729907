"""The epochs that several runs have in common: where runs may part, and what names what lies before."""

import hashlib
import math
import platform
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch

from trainables.config import RunConfig
from trainables.identity import identity
from trainables.inputs.activations import weights_hash
from trainables.inputs.batches import in_batches
from trainables.loop.phase_setup import Task
from trainables.loop.saved_state import STATE_FORMAT
from trainables.plan.early_stopping import EarlyStopping
from trainables.plan.phases import Phase
from trainables.schedules import Constant
from trainables.sharing.versions import computed_by

KEY_VERSION = 3


@dataclass(frozen=True, kw_only=True)
class Prefix:
    """The first epochs of a run.

    Attributes:
        num_epochs: How many.
        key: Names everything that they depend on: runs with the same key have the same records and the same state.
    """

    num_epochs: int
    key: str


def prefixes(config: RunConfig, phases: tuple[Phase, ...], task: Task) -> tuple[Prefix, ...]:
    """Return the prefixes of a run that others may share, the shortest first.

    They end where cycles and phases do, before the run's end and after an epoch at least that ran images through the
    body: a head on activations costs less than reading its state. Phases whose length validation decides have none.

    Args:
        config: The run's settings.
        phases: Its plan.
        task: Network and data; the network as it starts.
    """
    steps = _steps_per_epoch(config, len(task.train.labels))
    digest = hashlib.sha256()
    found: list[tuple[int, str]] = []
    epochs, through_body = 0, False
    for index, phase in enumerate(phases):
        is_last = index == len(phases) - 1
        if phase.early_stopping != EarlyStopping():
            break
        digest.update(identity((replace(phase, schedule=Constant(), num_epochs=1), is_last)).encode())
        through_body |= phase.on == "images"
        per_epoch = math.ceil(steps / phase.training.accumulate)
        for epoch in range(1, phase.num_epochs + 1):
            ends = epoch == phase.num_epochs
            digest.update(identity((tuple(_rates(phase, epoch, per_epoch)), ends)).encode())
            may_part = ends or epoch in phase.schedule.cycle_ends
            if through_body and may_part and not (is_last and ends):
                found.append((epochs + epoch, digest.hexdigest()))
        epochs += phase.num_epochs
    beginning = _beginning(config, task) if found else ()
    return tuple(
        Prefix(
            num_epochs=num_epochs, key=hashlib.sha256(identity((beginning, plan)).encode()).hexdigest()[:32]
        )
        for num_epochs, plan in found
    )


def _beginning(config: RunConfig, task: Task) -> tuple[Any, ...]:
    """Return what the epochs of any plan depend on."""
    device = task.train.labels.device
    return (
        KEY_VERSION,
        STATE_FORMAT,
        weights_hash(task.network),
        config.architecture,
        config.width,
        task.data_key,
        task.normalisation.values,
        config.seed,
        config.batch_size,
        config.measured_by,
        config.range_test_rule,
        config.range_test_repeats,
        config.snapshots,
        config.validate,
        computed_by(),
        torch.get_num_threads(),
        torch.are_deterministic_algorithms_enabled(),
        torch.cuda.get_device_name(device) if device.type == "cuda" else _processor(),
    )


def _processor() -> tuple[str, str]:
    return platform.machine(), torch.backends.cpu.get_cpu_capability()


def _rates(phase: Phase, epoch: int, steps_per_epoch: int) -> Iterator[float | int | bool]:
    """Yield the factors of an epoch's steps, and what its record says of cycles and judging."""
    schedule = phase.schedule
    for step in range((epoch - 1) * steps_per_epoch, epoch * steps_per_epoch):
        yield schedule.factor(step, steps_per_epoch=steps_per_epoch)
    yield schedule.cycle(epoch)
    yield epoch in schedule.cycle_ends
    yield schedule.is_judged(epoch)


def _steps_per_epoch(config: RunConfig, num_images: int) -> int:
    return len(in_batches(torch.arange(num_images), config.batch_size))
