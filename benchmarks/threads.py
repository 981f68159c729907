"""A core a trial or all cores for one trial: what an hour of the machine trains, networks of several sizes.

    python -m benchmarks.threads --images FOLDER

prints how many times more steps a second as many trials as cores take at once, of one thread each, than one trial of as
many threads, in turns.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.measure import in_turns
from benchmarks.own_run import run_config
from benchmarks.settings import Settings

TURNS = 5
NETWORKS: tuple[dict[str, Any], ...] = (
    {"architecture": "small_resnet", "width": 8},
    {"architecture": "small_resnet", "width": 16},
    {"architecture": "small_resnet", "width": 32},
    {"architecture": "resnet18"},
)
EPOCHS = {8: 4, 16: 3}
"""Epochs of a run by width, the first of which does not count; of larger networks 2."""


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
        for network in NETWORKS:
            config = run_config(settings, **network)
            epochs = EPOCHS.get(network.get("width", 0), 2)
            found = in_turns(
                lambda config=config, epochs=epochs: _seconds_a_step(
                    config, epochs, trials=cores, num_threads=1
                ),  # type: ignore[misc]
                lambda config=config, epochs=epochs: _seconds_a_step(
                    config, epochs, trials=1, num_threads=cores
                ),  # type: ignore[misc]
                n=TURNS,
            )
            name = " ".join(str(value) for value in network.values())
            print(
                f"| {name} | {found.ratio:.2f} | {found.low:.2f} ... {found.high:.2f} | {found.n} |",
                flush=True,
            )


def _seconds_a_step(config: dict[str, Any], epochs: int, *, trials: int, num_threads: int) -> float:
    """Return the machine's seconds for a step of training, so many trials at once."""
    command = [
        sys.executable, "-m", "benchmarks.epochs", json.dumps(config | {"num_threads": num_threads}), str(epochs),
    ]  # fmt: skip
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(trials)]
    steps_a_second = 0.0
    for process in running:
        printed, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with status {process.returncode}")
        found = json.loads(printed)
        steps_a_second += found["batches"] * len(found["seconds"]) / sum(found["seconds"])
    return 1 / steps_a_second


if __name__ == "__main__":
    main()
