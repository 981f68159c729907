"""A trace of one epoch of a run: where its seconds go, by part of the loop and by operation of PyTorch's."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.profiler import ProfilerActivity, profile, record_function

from trainables.fit import Fit
from trainables.inputs import Inputs
from trainables.record import EpochRecord
from trainables.running import RunningPhase

BATCHES, FORWARD = "lrstudy/batches", "lrstudy/forward"
BACKWARD, OPTIMIZER = "autograd::engine::evaluate_function", "Optimizer.step"
NUM_OPERATIONS = 12


def is_profiled(fit: Fit) -> bool:
    """Return whether the epoch that comes next is the one to trace: the second of the last phase."""
    return fit.running is not None and fit.running.phase is fit.phases[-1] and fit.phase_epoch == 1


def profiled_epoch(fit: Fit, file: Path) -> EpochRecord:
    """Train the next epoch under PyTorch's profiler, which makes it slower and changes no number.

    Writes `file`, JSON: `epoch`, `phase`, `seconds` by part, and `operations`, the longest, each with its own
    seconds and calls; and beside it FILE.trace.json.gz, which Perfetto and Chrome's about:tracing open. On a GPU
    the seconds are the kernels'.

    Args:
        fit: A run that is within a phase.
        file: Replaced where it is there.
    """
    assert fit.running is not None, "the phase has been entered"
    on_gpu = fit.running.train.labels.is_cuda
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if on_gpu else [])]
    with _labelled(fit.running), profile(activities=activities) as found:
        record = fit.run_epoch()
    file.parent.mkdir(parents=True, exist_ok=True)
    found.export_chrome_trace(str(file.with_suffix(".trace.json.gz")))
    file.write_text(json.dumps(_summary(found, record, on_gpu=on_gpu), indent=1))
    return record


def _summary(found: profile, record: EpochRecord, *, on_gpu: bool) -> dict[str, Any]:
    whole, own = (
        ("device_time_total", "self_device_time_total")
        if on_gpu
        else (
            "cpu_time_total",
            "self_cpu_time_total",
        )
    )
    events = [event for event in found.key_averages() if event.key]
    parts = {
        part: sum(getattr(event, whole) for event in events if event.key.startswith(start)) / 1e6
        for part, start in (
            ("batches", BATCHES),
            ("forward", FORWARD),
            ("backward", BACKWARD),
            ("optimizer", OPTIMIZER),
        )
    }
    rest = max(0.0, record.training_seconds - sum(parts.values()))
    longest = sorted(
        (event for event in events if not event.key.startswith(("lrstudy/", OPTIMIZER, "Profiler"))),
        key=lambda event: -getattr(event, own),
    )
    return {
        "epoch": record.epoch,
        "phase": record.phase,
        "seconds": {**parts, "rest of the loop": rest, "validation": record.validation_seconds},
        "operations": [[e.key, getattr(e, own) / 1e6, e.count] for e in longest[:NUM_OPERATIONS]],
    }


@contextmanager
def _labelled(running: RunningPhase) -> Iterator[None]:
    """Let the parts of a step that the profiler can't tell apart have names of their own while they are traced."""
    train, forward = running.train, running.forward
    running.train = _LabelledInputs(inputs=train)
    running.forward = _labelled_forward(forward)
    try:
        yield
    finally:
        running.train, running.forward = train, forward


def _labelled_forward(forward: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    def labelled(inputs: Tensor) -> Tensor:
        with record_function(FORWARD):
            return forward(inputs)

    return labelled


@dataclass(frozen=True, kw_only=True)
class _LabelledInputs:
    inputs: Inputs

    @property
    def labels(self) -> Tensor:
        return self.inputs.labels

    def begin_epoch(self, epoch: int) -> None:
        with record_function(BATCHES):
            self.inputs.begin_epoch(epoch)

    def batch(self, index: torch.Tensor, *, training: bool) -> Tensor:
        with record_function(BATCHES):
            return self.inputs.batch(index, training=training)
