"""How a study's time grows with its images and its trials: 1, 2 and 4 times as many, everything else the same.

    python -m benchmarks.scaling --images FOLDER

prints the search's seconds and the whole command's, and both over those of the smallest study.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.part import part_of
from benchmarks.settings import Settings
from benchmarks.study_run import StudyRun, both_arms, run_study

TIMES = (1, 2, 4)
PER_CLASS, TRIALS, EPOCHS, WIDTH = 100, 8, 10, 8


def main() -> None:
    """Run the five studies and print a row for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--images", type=Path, required=True, help="folder of train/CLASS/*.jpg, val/..., test/..."
    )
    images = parser.parse_args().images.resolve()
    print(
        "| images a class | trials an arm | search, s | over 1x | all, s | over 1x |\n|---|---|---|---|---|---|"
    )
    first: StudyRun | None = None
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(images=images, source=None, peers=Path(), work=Path(folder))
        for more_images, more_trials in [(times, 1) for times in TIMES] + [(1, times) for times in TIMES[1:]]:
            done = _study(settings, per_class=PER_CLASS * more_images, trials=TRIALS * more_trials)
            first = first or done
            search, before = done.stage_seconds["search"], first.stage_seconds["search"]
            print(
                f"| {PER_CLASS * more_images} | {TRIALS * more_trials} | {search:.1f} | {search / before:.2f} | "
                f"{done.wall_seconds:.1f} | {done.wall_seconds / first.wall_seconds:.2f} |",
                flush=True,
            )


def _study(settings: Settings, *, per_class: int, trials: int) -> StudyRun:
    images = part_of(settings.images, settings.work / f"images{per_class}", per_class=per_class)
    name = f"scaling-{per_class}-{trials}"
    return run_study(settings, both_arms(name, images, trials=trials, epochs=EPOCHS, width=WIDTH))


if __name__ == "__main__":
    main()
