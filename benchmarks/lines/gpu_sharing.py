"""Trials that share a GPU, against the same trials one at a time."""

import json
import os
from collections.abc import Mapping
from typing import Any

import torch

from benchmarks.harness.gpu import name_of, on_gpu
from benchmarks.harness.line import Line
from benchmarks.harness.many_images import many_images
from benchmarks.harness.measure import Ratio, in_turns
from benchmarks.harness.settings import NotMeasurableError, Settings
from benchmarks.harness.study_run import StudyRun, both_arms, run_study

TURNS = 2
TRIALS, EPOCHS, WIDTH, BATCH_SIZE = 12, 10, 16, 128


def study_of(settings: Settings, *, device: torch.device, at_once: int) -> dict[str, Any]:
    """Return a study that searches both arms at random, so many trials at once; nothing else depends on that.

    On the CPU, where it is only tested, a trial takes its share of the CPUs.
    """
    share: dict[str, Any] = {"cpus": 1, "gpus": f"1/{at_once}"}
    if device.type == "cpu":
        share = {"cpus": max(1, (os.cpu_count() or 1) // at_once)}
    study = both_arms(
        "sharing",
        many_images(settings),
        trials=2 if settings.quick else TRIALS,
        epochs=2 if settings.quick else EPOCHS,
        width=WIDTH,
    )
    return study | {"training": {"batch_size": BATCH_SIZE}, "resources": share | {"layout": "contiguous"}}


def one_gpu() -> dict[str, str]:
    """Return the environment of a process that sees one GPU, the first that this one sees."""
    return {"CUDA_VISIBLE_DEVICES": os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]}


def measure(settings: Settings, *, device: torch.device, at_once: int) -> Ratio:
    """Measure seconds of the search a trial: 3600 over them is trials an hour.

    Args:
        settings: Where things are; the images are drawn.
        device: To train on.
        at_once: Trials at once.

    Raises:
        NotMeasurableError: If there are fewer CPUs than trials at once.
        RuntimeError: If a study has another number of trials at once, or runs that differ from the first study's in
            their configuration or in how they ended.
    """
    cpus = os.cpu_count() or 1
    if cpus < at_once:
        raise NotMeasurableError(f"needs {at_once} CPUs for as many trials at once, and there are {cpus}")
    first: dict[str, tuple[dict[str, Any], str]] = {}

    def seconds_a_trial(at_once: int) -> float:
        done = run_study(settings, study_of(settings, device=device, at_once=at_once), **one_gpu())
        if done.num_concurrent_trials != at_once:
            raise RuntimeError(f"{done.num_concurrent_trials} trials ran at once, not {at_once}")
        trained = _trained(done)
        _check_same(trained, first or trained)
        first.update(trained)
        return float(done.stage_seconds["search"]) / len(trained)

    return in_turns(
        lambda: seconds_a_trial(at_once),
        lambda: seconds_a_trial(1),
        n=settings.turns(TURNS),
        warm_up=0,
        note=f"seconds of the search a trial on {name_of(device)}, the workers' start included; {2 * TRIALS} trials of "
        f"{EPOCHS} epochs, small_resnet of width {WIDTH}, batches of {BATCH_SIZE}; a process a trial, on {cpus} CPUs",
    )


def _trained(done: StudyRun) -> dict[str, tuple[dict[str, Any], str]]:
    """Return the configuration of every run and how it ended, by the run's name.

    CPU threads, which go with the share, are left out. A run that ended for want of memory had less to do.
    """
    last = done.records.groupby("run").last()
    return {
        run: ({key: value for key, value in json.loads(config).items() if key != "num_threads"}, status)
        for run, config, status in zip(last.index, last["config"], last["status"], strict=True)
    }


def _check_same(now: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    different = sorted(run for run in now.keys() | before.keys() if now.get(run) != before.get(run))
    if different:
        raise RuntimeError(f"the studies did not train the same: {', '.join(different)}")


LINES = tuple(
    Line(
        name=f"gpu_sharing_{at_once}",
        what=f"trials an hour, {at_once} at once on one GPU",
        against="the same trials one at a time",
        to_reach=to_reach,
        measure=on_gpu(measure, at_once=at_once),
        draws_images=True,
    )
    for at_once, to_reach in ((2, None), (4, None), (8, 3))
)
