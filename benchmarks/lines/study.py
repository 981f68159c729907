"""A whole search of both arms, against the same search written by hand with plain Ray Tune."""

import json
from functools import partial
from pathlib import Path

from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio, in_turns, last_json
from benchmarks.harness.own_run import BATCH_SIZE
from benchmarks.harness.part import part_of
from benchmarks.harness.settings import Settings
from benchmarks.harness.study_run import StudyRun, both_arms, run_study

TURNS = 3
TRIALS, EPOCHS, WIDTH = 16, 10, 8
SEARCHED = ("recipe", "lr", "cycle_len", "cycle_mult", "stem_to_head")


def measure(settings: Settings, *, per_class: int) -> Ratio:
    """Measure seconds of the whole command, both sides with the configurations that lrstudy's search drew."""
    trials = 2 if settings.quick else TRIALS
    images = part_of(settings.images, settings.work / f"images{per_class}", per_class=per_class)
    study = both_arms(f"study{per_class}", images, trials=trials, epochs=EPOCHS, width=WIDTH)
    file = settings.work / f"configurations{per_class}.json"
    _write_configurations(run_study(settings, study), file)

    def theirs() -> float:
        command = settings.peer(
            "sweep_by_hand.py", "--images", str(images),
            "--configurations", str(file), "--epochs", str(EPOCHS), "--width", str(WIDTH),
            "--batch-size", str(BATCH_SIZE), "--folder", str(settings.work / "by_hand"),
        )  # fmt: skip
        return float(last_json(command)["wall_seconds"])

    return in_turns(
        lambda: run_study(settings, study).wall_seconds,
        theirs,
        n=settings.turns(TURNS),
        warm_up=0,
        note=f"seconds of the whole command, nothing cached: {2 * trials} trials of {EPOCHS} epochs, width {WIDTH}, "
        f"MLflow on SQLite; {per_class} training and as many validation images a class",
    )


def _write_configurations(done: StudyRun, file: Path) -> None:
    """Write what the two sides share: recipe and searched values of every trial; the rest are both sides' defaults."""
    found = []
    for text in done.records.drop_duplicates("run")["config"]:
        config = json.loads(text)
        found.append({key: config[key] for key in SEARCHED if key in config})
    file.write_text(json.dumps(found))


LINES = tuple(
    Line(
        name=name,
        what=f"both arms, {TRIALS} trials each, {per_class} images a class",
        against="the same search by hand: plain Ray Tune, DataLoader and MLflowLoggerCallback",
        to_reach=to_reach,
        measure=partial(measure, per_class=per_class),
    )
    for name, per_class, to_reach in (("study", 100, 2.5), ("study_600", 600, 1.6))
)
