"""Time to the accuracy that fastai's adaptation ends with, from the same start weights."""

import json
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

import pandas as pd

from benchmarks.experiments.curves import Curve, speed_up
from benchmarks.harness.level import of_level
from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio, last_json
from benchmarks.harness.settings import NotMeasurableError, Settings
from benchmarks.lines.to_target import EPOCHS, GRIDS, WIDTH, study_results
from trainables.data import DataSource, prepare

QUICK_EPOCHS = 8
"""The fewest that the head's epoch and fastai's three growing cycles fit into."""

WORKERS = 0
"""Of fastai's loaders: the best of 0, 1 and 2 on the line `epoch_fastai`."""

Config = Mapping[str, Any]


def measure(settings: Settings, *, method: str) -> Ratio:
    """Train lrstudy's runs and fastai's in turns, each alone in a process of its own, and compare them as a study does.

    lrstudy's are the confirmation runs of the arm `adapted` of the `to_target` lines. Fastai's are the reference,
    so the target of a pair is their mean final accuracy over the other pairs' seeds.

    Args:
        settings: With real images, and others to train start weights on.
        method: Of `fastai_to_target.py`.

    Raises:
        NotMeasurableError: Without real images, or without the peers' environment.
        RuntimeError: If too few runs reach the target for a ratio.
    """
    if settings.source is None:
        raise NotMeasurableError("needs real images: --images FOLDER --source FOLDER")
    settings.peer("fastai_to_target.py")  # said before minutes of training, where it is missing
    configs = _configs(settings, study_results(settings, settings.source, GRIDS[1]) / "records.parquet")
    ours, theirs = _in_turns(configs, partial(_ours, settings), partial(_theirs, settings, method=method))
    finals = [mean(curve.values[-1] for curve in side.values()) for side in (ours, theirs)]
    return of_level(
        speed_up(ours, theirs),
        note=f"mean final validation accuracy {finals[0]:.3f} and {finals[1]:.3f}; a seed of each side in turns, alone "
        "on the machine, one thread; lrstudy's decoding charged to every run; "
        f"width {WIDTH}, {configs[0]['epochs']} epochs",
    )


def _configs(settings: Settings, records: Path) -> list[Config]:
    """Return the configuration of every confirmation run of the adaptation, on the folder of images itself."""
    table = pd.read_parquet(records).drop_duplicates("run")
    confirmed = table[(table["arm"] == "adapted") & (table["stage"] == "confirm")].sort_values("seed")
    more = {
        "data": str(settings.images),
        "epochs": QUICK_EPOCHS if settings.quick else EPOCHS,
        "measure_test": False,
        "num_threads": 1,
        "save_weights": None,
        "normalisation": "data",
    }
    return [json.loads(config) | more for config in confirmed["config"]]


def _in_turns(
    configs: list[Config], *sides: Callable[[Config], Curve]
) -> tuple[dict[int, Curve], dict[int, Curve]]:
    """Return both sides' runs by seed; the side that begins changes from seed to seed."""
    curves: tuple[dict[int, Curve], dict[int, Curve]] = ({}, {})
    for turn, config in enumerate(configs):
        for side in (0, 1) if turn % 2 == 0 else (1, 0):
            curves[side][config["seed"]] = sides[side](config)
    return curves


def _ours(settings: Settings, config: Config) -> Curve:
    """Train with an empty cache: what a study builds once for many runs is paid for here by each."""
    with tempfile.TemporaryDirectory(dir=settings.work) as cache:
        command = settings.ours("harness.whole_run", json.dumps({**config, "cache": cache}))
        return Curve(**last_json(command)["curve"])


def _theirs(settings: Settings, config: Config, *, method: str) -> Curve:
    """Train from the same weights, on the same split, with the same batches' size and normalisation."""
    data = prepare(DataSource(folder=config["data"]), cache=settings.work / "cache")
    command = settings.peer(
        "fastai_to_target.py", "--method", method, "--images", config["data"], "--weights", config["weights"],
        "--mean", *map(str, data.mean), "--std", *map(str, data.std),
        "--width", str(config["width"]), "--batch-size", str(config["batch_size"]),
        "--epochs", str(config["epochs"]), "--seed", str(config["seed"]), "--workers", str(WORKERS),
    )  # fmt: skip
    return Curve(**last_json(command)["curve"])


LINES = tuple(
    Line(
        name=f"to_target_fastai_{method}",
        what="time to the other side's final accuracy from the same start weights, range tests counted",
        against=f"fastai's `lr_find` and `{function}` with its default optimizer",
        to_reach=None,
        measure=partial(measure, method=method),
    )
    for method, function in (("fine_tune", "fine_tune"), ("sgdr", "fit_sgdr"))
)
