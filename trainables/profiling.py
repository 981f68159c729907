"""A trace of some steps of a run: where its seconds go, by part of the loop and by operation of PyTorch's."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.profiler import ProfilerActivity, profile, record_function

from trainables.inputs.inputs import Inputs
from trainables.loop.fit import Fit
from trainables.loop.phase_setup import RunningPhase
from trainables.record import EpochRecord

logger = logging.getLogger(__name__)

BATCHES, FORWARD = "lrstudy/batches", "lrstudy/forward"
BACKWARD, OPTIMIZER = "autograd::engine::evaluate_function", "Optimizer.step"
NUM_OPERATIONS = 12
MAX_STEPS = 40
"""Batches that are traced: a deep network has 16,000 events a step, which are all kept until the trace is written."""


def is_profiled(fit: Fit) -> bool:
    """Return whether the epoch that comes next is the one to trace: the second of the last phase."""
    return fit.running is not None and fit.running.phase is fit.phases[-1] and fit.phase_epoch == 1


def profiled_epoch(fit: Fit, file: Path) -> EpochRecord:
    """Train the next epoch, its first steps under PyTorch's profiler, which makes them slower and changes no number.

    Writes `file`, JSON: `epoch`, `phase`, `num_steps` that were traced, their `seconds` by part, and `operations`, the
    longest, each with its own seconds and calls; and beside it FILE.trace.json.gz, which Perfetto and Chrome's
    about:tracing open. On a GPU the seconds are the kernels'. What can't be written is logged, and the run goes on.

    Args:
        fit: A run that is within a phase.
        file: Replaced where it is there.
    """
    assert fit.running is not None, "the phase has been started"
    on_gpu = fit.running.train.labels.is_cuda
    traced = _FirstSteps(
        profile(activities=[ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if on_gpu else [])])
    )
    with _labelled(fit.running, traced):
        record = fit.run_epoch()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        traced.profile.export_chrome_trace(str(file.with_suffix(".trace.json.gz")))
        beside = file.with_suffix(".writing")
        beside.write_text(json.dumps(_summary(traced, record, on_gpu=on_gpu), indent=1))
        beside.replace(file)
    except (OSError, RuntimeError):
        logger.exception("the trace could not be written")
    return record


class _FirstSteps:
    """A profiler that runs from the first batch of an epoch to the one after `MAX_STEPS`."""

    def __init__(self, found: profile) -> None:
        self.profile = found
        self.num_steps = 0
        self.seconds = 0.0
        self._begun: float | None = None

    def next_batch(self) -> None:
        if self.num_steps == MAX_STEPS:
            self.stop()
        elif self._begun is None and not self.seconds:
            self.profile.start()
            self._begun = time.perf_counter()
        self.num_steps += self._begun is not None

    def stop(self) -> None:
        if self._begun is not None:
            self.seconds, self._begun = time.perf_counter() - self._begun, None
            self.profile.stop()


def _summary(traced: _FirstSteps, record: EpochRecord, *, on_gpu: bool) -> dict[str, Any]:
    whole, own = (
        ("device_time_total", "self_device_time_total")
        if on_gpu
        else ("cpu_time_total", "self_cpu_time_total")
    )
    events = [event for event in traced.profile.key_averages() if event.key]
    parts = {
        part: sum(getattr(event, whole) for event in events if event.key.startswith(start)) / 1e6
        for part, start in (
            ("forward", FORWARD),
            ("backward", BACKWARD),
            ("optimizer", OPTIMIZER),
            ("batches", BATCHES),
        )
    }
    # an epoch of few batches is traced to its end, and what follows its training is no part of a step
    seconds = min(traced.seconds, record.training_seconds)
    longest = sorted(
        (event for event in events if not event.key.startswith(("lrstudy/", OPTIMIZER, "Profiler"))),
        key=lambda event: -getattr(event, own),
    )
    return {
        "epoch": record.epoch,
        "phase": record.phase,
        "num_steps": traced.num_steps,
        "seconds": {**parts, "rest of the loop": max(0.0, seconds - sum(parts.values()))},
        "operations": [[e.key, getattr(e, own) / 1e6, e.count] for e in longest[:NUM_OPERATIONS]],
    }


@contextmanager
def _labelled(running: RunningPhase, traced: _FirstSteps) -> Iterator[None]:
    """Let the parts of a step that the profiler can't tell apart have names of their own while they are traced."""
    train, forward = running.train, running.forward
    running.train = _LabelledInputs(inputs=train, traced=traced)
    running.forward = _labelled_forward(forward)
    try:
        yield
    finally:  # also where the epoch did not fit into memory: the next run of the process may be traced
        traced.stop()
        running.train, running.forward = train, forward


def _labelled_forward(forward: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    def labelled(inputs: Tensor) -> Tensor:
        with record_function(FORWARD):
            return forward(inputs)

    return labelled


@dataclass(frozen=True, kw_only=True)
class _LabelledInputs:
    inputs: Inputs
    traced: _FirstSteps

    @property
    def labels(self) -> Tensor:
        return self.inputs.labels

    @property
    def evaluation_batch(self) -> int:
        return self.inputs.evaluation_batch

    def begin_epoch(self, epoch: int) -> None:
        self.inputs.begin_epoch(epoch)

    def batch(self, index: torch.Tensor, *, training: bool) -> Tensor:
        self.traced.next_batch()
        with record_function(BATCHES):
            return self.inputs.batch(index, training=training)
