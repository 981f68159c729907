"""The GPU that a line is measured on: asked for before anything is done, and waited for whenever a clock is read."""

import time
from collections.abc import Callable

import torch

from benchmarks.harness.measure import Ratio
from benchmarks.harness.settings import NotMeasurableError, Settings


def on_gpu(measure: Callable[..., Ratio], **more: object) -> Callable[[Settings], Ratio]:
    """Return a line's measure out of one that takes a `device`, which tests give it a CPU for.

    Args:
        measure: Takes the settings, `device`, and `more`.
        more: What else it is called with.

    Raises:
        NotMeasurableError: From what is returned, where PyTorch finds no CUDA device.
    """

    def measured(settings: Settings) -> Ratio:
        if not torch.cuda.is_available():
            raise NotMeasurableError("needs a GPU, and PyTorch finds no CUDA device here")
        return measure(settings, device=torch.device("cuda"), **more)

    return measured


def wait_for(device: torch.device) -> None:
    """Return once the device has done all that it was given: kernels are started, and run later."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def seconds_of(work: Callable[[], object], device: torch.device) -> float:
    """Return seconds from an idle device to the end of what `work` gives it."""
    wait_for(device)
    begun = time.perf_counter()
    work()
    wait_for(device)
    return time.perf_counter() - begun


def name_of(device: torch.device) -> str:
    """Return what the device calls itself, for a measurement's note."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"


OWN_CLOCK = "lrstudy's clock stops once an epoch's mean loss is on the host, which waits for all of the epoch's kernels"
"""For the notes: how lrstudy's `training_seconds` deal with a device that runs beside the host."""
