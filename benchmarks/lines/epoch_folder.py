"""Training epochs from a folder of JPEGs, against the loader that PyTorch's documentation recommends."""

import json
import statistics
from functools import partial

from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio, in_turns, last_json
from benchmarks.harness.own_run import run_config
from benchmarks.harness.settings import Settings

TURNS = 5
EPOCHS = 4
WORKERS = (0, 1, 2)


def ours(settings: Settings, *, width: int) -> float:
    """Return the median seconds of a training epoch, in a process of its own."""
    config = json.dumps(run_config(settings, width=width))
    command = settings.ours("harness.epochs", config, str(EPOCHS))
    return statistics.median(last_json(command, environment=settings.environment())["seconds"])


def peer_epoch(settings: Settings, script: str, *, width: int, workers: int) -> float:
    """Return the same of one of the peers' scripts."""
    arguments = {"images": settings.images, "width": width, "workers": workers, "epochs": EPOCHS}
    command = settings.peer(
        script, *(part for key, value in arguments.items() for part in (f"--{key}", str(value)))
    )
    return statistics.median(last_json(command)["seconds"])


def measure(settings: Settings, *, script: str, width: int) -> Ratio:
    """Measure against a peer with the number of workers that was best for it in two turns of each.

    lrstudy's decoding, once for a data set and machine, is left out: every later run finds its images decoded.
    """
    tried = {
        workers: min(
            peer_epoch(settings, script, width=width, workers=workers) for _ in range(settings.turns(2))
        )
        for workers in WORKERS
    }
    best = min(tried, key=tried.__getitem__)
    return in_turns(
        lambda: ours(settings, width=width),
        lambda: peer_epoch(settings, script, width=width, workers=best),
        n=settings.turns(TURNS),
        warm_up=0,
        note=f"seconds of a training epoch; the peer with {best} workers, the best of {WORKERS}",
    )


LINES = tuple(
    Line(
        name=name,
        what=f"seconds of a training epoch from a folder of JPEGs, width {width}",
        against="ImageFolder, DataLoader and v2 transforms with the best number of workers",
        to_reach=to_reach,
        measure=partial(measure, script="torchvision_epochs.py", width=width),
    )
    for name, width, to_reach in (("epoch_folder", 8, 1.5), ("epoch_folder_width16", 16, 1.3))
)
