"""How a study's time grows with its images and its trials, and shrinks with nodes, everything else the same.

    python -m benchmarks.experiments.scaling --images FOLDER

prints the search's seconds and the whole command's, and both over those of the smallest study: on this machine with
1, 2 and 4 times the images and the trials; then on a Ray cluster of 1, 2 and 4 nodes of one CPU each, whether this
machine has the cores or not, over those of one node, which is run a second time at the end. The nodes share its disk,
so that no network is in the figures, and its cores with the driver, which has one of its own only where not every core
is a node. Ray is started before; the first table's seconds have its start in them.
"""

import argparse
import os
import tempfile
from pathlib import Path

from benchmarks.harness.cluster import cluster_of
from benchmarks.harness.part import part_of
from benchmarks.harness.settings import Settings
from benchmarks.harness.study_run import StudyRun, both_arms, run_study

TIMES = (1, 2, 4)
PER_CLASS, TRIALS, EPOCHS, WIDTH = 100, 8, 10, 8


def main() -> None:
    """Run the studies and print a row for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--images", type=Path, required=True, help="folder of train/CLASS/*.jpg, val/..., test/..."
    )
    images = parser.parse_args().images.resolve()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(images=images, source=None, peers=Path(), work=Path(folder))
        _with_more(settings)
        _with_nodes(settings)


def _with_more(settings: Settings) -> None:
    """Print the table of images and trials."""
    print(
        "| images a class | trials an arm | search, s | over 1x | all, s | over 1x |\n|---|---|---|---|---|---|"
    )
    first: StudyRun | None = None
    for more_images, more_trials in [(times, 1) for times in TIMES] + [(1, times) for times in TIMES[1:]]:
        per_class, trials = PER_CLASS * more_images, TRIALS * more_trials
        done = _study(settings, per_class=per_class, trials=trials)
        first = first or done
        print(f"| {per_class} | {trials} | {_over(done, first)} |", flush=True)


def _with_nodes(settings: Settings) -> None:
    """Print the table of nodes."""
    print("\n| nodes of one CPU | search, s | over 1x | all, s | over 1x |\n|---|---|---|---|---|")
    first: StudyRun | None = None
    for nodes in (*TIMES, TIMES[0]):
        with cluster_of(nodes) as cluster:
            done = _study(settings, per_class=PER_CLASS, trials=TRIALS, RAY_ADDRESS=cluster.address)
        first = first or done
        cores = "" if nodes <= (os.cpu_count() or 1) else f" on {os.cpu_count()} cores"
        print(f"| {nodes}{cores} | {_over(done, first)} |", flush=True)


def _over(done: StudyRun, first: StudyRun) -> str:
    """Return the seconds of a study's search and of all of it, each with its ratio to the first one's."""
    search, before = done.stage_seconds["search"], first.stage_seconds["search"]
    return (
        f"{search:.1f} | {search / before:.2f} | {done.wall_seconds:.1f} | "
        f"{done.wall_seconds / first.wall_seconds:.2f}"
    )


def _study(settings: Settings, *, per_class: int, trials: int, **environment: str) -> StudyRun:
    images = part_of(settings.images, settings.work / f"images{per_class}", per_class=per_class)
    study = both_arms(f"scaling-{per_class}-{trials}", images, trials=trials, epochs=EPOCHS, width=WIDTH)
    return run_study(settings, study, **environment)


if __name__ == "__main__":
    main()
