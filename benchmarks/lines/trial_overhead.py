"""What starting, reporting and recording a trial costs beside its training."""

import os
from functools import partial

from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio, in_turns, last_json
from benchmarks.harness.settings import Settings
from benchmarks.harness.study_run import run_study

TURNS = 2
TRIALS, EPOCHS, WIDTH = 64, 2, 4


def measure(settings: Settings, *, reuse: bool) -> Ratio:
    """Measure seconds of the search beyond its training: its length less training over trials at once.

    Both clocks run from before Ray starts to the last trial's end.

    Args:
        settings: Where things are.
        reuse: Whether the peer sets `reuse_actors`, which Ray leaves off.
    """
    trials = 8 if settings.quick else TRIALS
    study = {
        "name": "overhead",
        "data": {"target": {"digits": True, "classes": [5, 6, 7], "train_per_class": 20}},
        "model": {"architecture": "small_resnet", "width": WIDTH},
        "arms": {
            arm: {"recipe": recipe, "search": {"lr": {"log_uniform": [0.01, 0.3]}}}
            for arm, recipe in (("adapted", "cosine"), ("fixed", "fixed_rate"))
        },
        "budget": {"trials": trials // 2, "epochs": EPOCHS},
        "search": {"algorithm": "random"},
        "selection": {"seeds": 0},
        "confirm": {"seeds": 0},
        "compare": {"reference": "fixed"},
    }

    def ours() -> float:
        done = run_study(settings, study)
        records = done.records
        trained = records[["training_seconds", "validation_seconds"]].sum().sum()
        return float(done.stage_seconds["search"] - trained / done.num_concurrent_trials)

    def theirs() -> float:
        command = settings.peer(
            "sweep_of_empty_trials.py",
            "--trials",
            str(trials),
            "--epochs",
            str(EPOCHS),
            "--width",
            str(WIDTH),
        )
        found = last_json(command, environment={**os.environ, "RAY_AIR_NEW_OUTPUT": "0"})
        return float(found["seconds"] - found["training_seconds"] / found["concurrent_trials"])

    note = (
        f"seconds of the search of {trials} trials beyond their training; start of Ray and workers included"
    )
    return in_turns(ours, theirs, n=settings.turns(TURNS), warm_up=0, note=note)


LINES = (
    Line(
        name="trial_overhead",
        what=f"what {TRIALS} trials cost beyond their training",
        against="Ray Tune as it is, with a function trainable that imports torch and torchvision",
        to_reach=15,
        measure=partial(measure, reuse=False),
    ),
    Line(
        name="trial_overhead_reused",
        what="the same",
        against="the same with `reuse_actors=True`",
        to_reach=None,
        measure=partial(measure, reuse=True),
    ),
)
