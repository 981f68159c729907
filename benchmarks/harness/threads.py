"""A core a trial or all cores for one trial: what an hour of the machine trains, networks of several sizes.

    python -m benchmarks.harness.threads --images FOLDER

prints how many times more steps a second as many trials as cores take at once, of one thread each, than one trial of as
many threads, in turns.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.harness.measure import in_turns
from benchmarks.harness.own_run import run_config
from benchmarks.harness.settings import Settings

TURNS = 5
NETWORKS: tuple[tuple[dict[str, Any], int], ...] = (
    ({"architecture": "small_resnet", "width": 8}, 5),
    ({"architecture": "small_resnet", "width": 16}, 4),
    ({"architecture": "small_resnet", "width": 32}, 3),
    ({"architecture": "resnet18"}, 3),
)
"""Networks, and the epochs of a run, the first of which does not count."""


def main() -> None:
    """Print a row for each network."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--images", type=Path, required=True, help="folder of train/CLASS/*.jpg, val/..., test/..."
    )
    images, cores = parser.parse_args().images.resolve(), os.cpu_count() or 1
    print(
        f"| network | {cores} trials of 1 thread over 1 trial of {cores} | lowest ... highest | n |\n|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(images=images, source=None, peers=Path(), work=Path(folder))
        for network, epochs in NETWORKS:
            seconds = partial(_seconds_a_step, run_config(settings, **network), epochs)
            found = in_turns(
                partial(seconds, trials=cores, num_threads=1),
                partial(seconds, trials=1, num_threads=cores),
                n=TURNS,
            )
            name = " ".join(str(value) for value in network.values())
            print(
                f"| {name} | {found.ratio:.2f} | {found.low:.2f} ... {found.high:.2f} | {found.n} |",
                flush=True,
            )


def _seconds_a_step(config: dict[str, Any], epochs: int, *, trials: int, num_threads: int) -> float:
    """Return the machine's seconds for a step of training, so many trials at once, by the slowest of them."""
    command = [
        sys.executable, "-m", "benchmarks.harness.epochs",
        json.dumps(config | {"num_threads": num_threads}), str(epochs),
    ]  # fmt: skip
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(trials)]
    printed = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise RuntimeError(f"{' '.join(command)} failed")
    found = [json.loads(text) for text in printed]
    steps = sum(each["batches"] * len(each["seconds"]) for each in found)
    return max(sum(each["seconds"]) for each in found) / steps


if __name__ == "__main__":
    main()
