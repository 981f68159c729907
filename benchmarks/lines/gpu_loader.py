"""Training epochs on a GPU, the images decoded and there: against a DataLoader that feeds the same network."""

import json
import os
import statistics
from typing import Any

import torch

from benchmarks.harness.gpu import OWN_CLOCK, name_of, on_gpu
from benchmarks.harness.line import Line
from benchmarks.harness.many_images import many_images
from benchmarks.harness.measure import Ratio, in_turns, last_json
from benchmarks.harness.own_run import run_config
from benchmarks.harness.settings import NotMeasurableError, Settings

TURNS = 5
EPOCHS = 4
WORKERS, BATCH_SIZE, WIDTH = 8, 512, 16


def ours(settings: Settings, *, device: torch.device, width: int) -> dict[str, Any]:
    """Return "seconds" of every epoch but the first, and the "batches" of each, from a process of its own."""
    config = run_config(
        settings,
        data=str(many_images(settings)),
        device=device.type,
        width=width,
        batch_size=BATCH_SIZE,
        precision="bfloat16",
        channels_last=True,
    )
    command = settings.ours("harness.epochs", json.dumps(config), str(EPOCHS))
    return last_json(command, environment=settings.environment())


def theirs(settings: Settings, *, device: torch.device, width: int, workers: int) -> dict[str, Any]:
    """Return the same of the peer."""
    arguments = {
        "images": many_images(settings),
        "device": device.type,
        "width": width,
        "workers": workers,
        "batch-size": BATCH_SIZE,
        "epochs": EPOCHS,
    }
    parts = (part for key, value in arguments.items() for part in (f"--{key}", str(value)))
    return last_json(settings.peer("torchvision_gpu_epochs.py", *parts))


def measure(settings: Settings, *, device: torch.device, width: int = WIDTH, workers: int = WORKERS) -> Ratio:
    """Measure seconds of a training epoch, each side in a process of its own whose first epoch does not count.

    lrstudy's decoding, once for a data set and machine, is left out, and so is what brings the images to the device
    when a trial begins.

    Args:
        settings: Where things are; the images are drawn.
        device: To train on.
        width: Of `small_resnet`.
        workers: Processes of the peer's that load.

    Raises:
        NotMeasurableError: If there are fewer CPUs than workers, or no peers.
    """
    cpus = os.cpu_count() or 1
    if cpus < workers:
        raise NotMeasurableError(
            f"needs {workers} CPUs for as many workers of the peer, and there are {cpus}"
        )
    return in_turns(
        lambda: statistics.median(ours(settings, device=device, width=width)["seconds"]),
        lambda: statistics.median(theirs(settings, device=device, width=width, workers=workers)["seconds"]),
        n=settings.turns(TURNS),
        warm_up=0,
        note=f"seconds of a training epoch on {name_of(device)}, small_resnet of width {width}, batches of "
        f"{BATCH_SIZE}, bfloat16, channels last; {workers} workers on {cpus} CPUs; the peer waits for the device "
        f"before and after an epoch; {OWN_CLOCK}",
    )


LINES = (
    Line(
        name="gpu_loader",
        what=f"images a second of one trial on the GPU, small_resnet of width {WIDTH}",
        against=f"ImageFolder, v2 transforms and DataLoader with {WORKERS} persistent workers, pinned memory and "
        "non-blocking copies, same network",
        to_reach=10,
        measure=on_gpu(measure),
        draws_images=True,
    ),
)
