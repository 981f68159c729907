"""Synthetic studies, written as a study writes them: through `to_row`, as Parquet, YAML and JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from analysis.loading.run_metadata import RunMetadata
from trainables.record import EpochRecord, RunInfo, to_row, without_epoch


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run to be recorded: the validation objective and the cost of every epoch.

    `within_epoch`: the run ended, with its status, within the epoch after these. `fields`: of the record of
    an epoch, counted from 1, beside what follows from the others. `groups`: of the test images; None writes the
    predictions as before groups were recorded.
    """

    arm: str
    stage: str
    name: str
    seed: int
    values: Sequence[float | None]
    seconds_per_epoch: float = 1.0
    judged: Sequence[bool] | None = None
    status: str = "finished"
    within_epoch: bool = False
    architecture: str = "resnet18"
    overall: bool | None = None
    lr: float = 0.01
    correct: Sequence[int] | None = None
    body_passes_per_epoch: int = 100
    config: Mapping[str, Any] = field(default_factory=dict)
    extension: int = 0
    groups: Sequence[str | None] | None = None
    fields: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def is_overall(self) -> bool:
        return self.stage == "confirm" if self.overall is None else self.overall


LABELS = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1]


def run_rows(run: Run, *, study: str) -> list[dict[str, Any]]:
    judged = [True] * len(run.values) if run.judged is None else run.judged
    info = RunInfo(
        study=study,
        arm=run.arm,
        stage=run.stage,
        run=run.name,
        seed=run.seed,
        architecture=run.architecture,
        recipe=run.arm,
        overall=run.is_overall,
        config={"lr": run.lr, "architecture": run.architecture, **run.config},
        extension=run.extension,
    )
    rows, objective = [], None
    for index, value in enumerate(run.values):
        last = index == len(run.values) - 1
        objective = value if judged[index] else objective
        tested = last and run.correct is not None
        record = EpochRecord(
            epoch=index + 1,
            phase="full",
            cycle=0,
            cycle_ended=judged[index],
            judged=judged[index],
            status=run.status if last and not run.within_epoch else "running",
            rates={"stem": run.lr / 10, "body": run.lr / 3, "head": run.lr},
            num_steps=10,
            body_passes=run.body_passes_per_epoch,
            val_objective=value,
            objective=objective,
            training_seconds=run.seconds_per_epoch,
            validation_seconds=0.5,
            waiting_seconds=0.25,
            cost_seconds=run.seconds_per_epoch * (index + 1),
            test_objective=float(np.mean(run.correct)) if tested else None,
        )
        record = replace(record, **run.fields.get(index + 1, {}))
        rows.append(to_row(info, record))
    if run.within_epoch:
        cost = run.seconds_per_epoch * len(run.values)
        rows.append(to_row(info, without_epoch(run.status, epochs=len(run.values), cost_seconds=cost)))
    return rows


def prediction_rows(run: Run) -> list[dict[str, Any]]:
    return [
        {
            "arm": run.arm,
            "run": run.name,
            "seed": run.seed,
            "architecture": run.architecture,
            "overall": run.is_overall,
            "image": image,
            "id": f"img{image}.png",
            "label": LABELS[image % 10],
            "predicted": LABELS[image % 10] if right else 1 - LABELS[image % 10],
            "true_probability": 0.9 if right else 0.2,
            **({} if run.groups is None else {"group": run.groups[image]}),
        }
        for image, right in enumerate(run.correct or ())
    ]


def default_spec(arms: Sequence[str]) -> dict[str, Any]:
    return {
        "name": "toy",
        "arms": {arm: {"recipe": arm, "search": {"lr": {"log_uniform": [1e-4, 1e-1]}}} for arm in arms},
        "budget": {"trials": 3, "epochs": 4},
        "confirm": {"seeds": 3},
        "compare": {"reference": "fixed", "objective": "accuracy", "cost_per_hour": 3.6, "confidence": 0.95},
        "search": {"algorithm": "tpe", "seed": 0},
        "model": {"architecture": "resnet18", "weights": "IMAGENET1K_V1"},
        "data": {"target": {"folder": "~/images"}},
    }


def spec_of(runs: Sequence[Run]) -> dict[str, Any]:
    """Return a study file of the runs' arms; adapted and fixed are among them."""
    arms = ["adapted", "fixed", *(run.arm for run in runs if run.stage != "pretrain")]
    return default_spec(list(dict.fromkeys(arms)))


def default_metadata() -> RunMetadata:
    return RunMetadata(
        started="2026-11-01T10:00:00",
        ended="2026-11-01T11:00:00",
        wall_seconds=100.0,
        num_concurrent_trials=2,
        stage_seconds={"search": 60.0, "confirm": 40.0},
        classes=("cat", "dog"),
        counts={"train": (60, 40), "val": (150, 150), "test": (60, 40)},
        target_grid=(0.6, 0.7),
        test_hash="abc123",
        test_split_uses_before=0,
        versions={"torch": "2.15.0"},
        commit="deadbeef",
        machine={"cpus": 2},
        duplicates_skipped={"adapted": 1, "fixed": 0},
    )


def write_study(
    folder: Path,
    runs: Sequence[Run],
    *,
    spec: Mapping[str, Any] | None = None,
    metadata: RunMetadata | None = None,
    shuffle: int | None = None,
) -> Path:
    """Write a results folder; `shuffle` seeds a permutation of the rows of both tables."""
    folder.mkdir(parents=True, exist_ok=True)
    spec = spec_of(runs) if spec is None else spec
    (folder / "study.yaml").write_text(yaml.safe_dump(dict(spec), sort_keys=False))
    (default_metadata() if metadata is None else metadata).write(folder / "run.json")
    records = pd.DataFrame([row for run in runs for row in run_rows(run, study=spec["name"])])
    predictions = pd.DataFrame([row for run in runs for row in prediction_rows(run)])
    if shuffle is not None:
        records = records.sample(frac=1, random_state=shuffle)
        predictions = predictions.sample(frac=1, random_state=shuffle)
    records.to_parquet(folder / "records.parquet", index=False)
    if len(predictions):
        predictions.to_parquet(folder / "predictions.parquet", index=False)
    return folder


def correct_images(num_right: int, num_images: int = 100, *, seed: int = 0) -> list[int]:
    """Return which images are right: `num_right` of them, mostly the same easy ones for every seed."""
    ease = np.arange(num_images) + np.random.default_rng(seed).normal(0, num_images / 5, num_images)
    right = set(np.argsort(ease)[:num_right].tolist())
    return [int(image in right) for image in range(num_images)]


def two_arm_runs(num_seeds: int = 5, *, gain: float = 0.1, test_gain: int = 10) -> list[Run]:
    """Return a search and a confirmation in which `adapted` ends `gain` higher and runs at half the cost."""
    runs = []
    for arm, speed, add, right in (("adapted", 0.5, gain, test_gain), ("fixed", 1.0, 0.0, 0)):
        for trial in range(3):
            values = [0.4 + 0.05 * trial, 0.5 + 0.05 * trial, 0.6 + 0.05 * trial, 0.65 + add]
            name = f"{arm}-{trial:04d}"
            lr = 10.0 ** (trial - 3)
            runs.append(
                Run(arm=arm, stage="search", name=name, seed=0, values=values, lr=lr, seconds_per_epoch=speed)
            )
        for seed in range(num_seeds):
            wobble = 0.01 * ((seed * 7) % 5 - 2) * (1 if arm == "fixed" else -0.5)
            values = [0.5 + add, 0.6 + add, 0.65 + add + wobble, 0.7 + add + wobble]
            runs.append(
                Run(
                    arm=arm,
                    stage="confirm",
                    name=f"{arm}-confirm-{seed}",
                    seed=1000 + seed,
                    values=values,
                    seconds_per_epoch=speed * (1 + 0.02 * seed),
                    correct=correct_images(70 + right + seed % 3, seed=seed + (100 if arm == "fixed" else 0)),
                )
            )
    return runs


def write_named(
    folder: Path, name: str, *, test_gain: int = 10, more: Mapping[str, Any] | None = None, **metadata: Any
) -> Path:
    """Write one of several finished studies of two arms, with its own name, id and test images.

    `more` lays keys such as `compare.margin` over its study file.
    """
    runs = two_arm_runs(test_gain=test_gain)
    spec = {**spec_of(runs), "name": name}
    for key, value in (more or {}).items():
        section, _, field_name = key.rpartition(".")
        (spec[section] if section else spec)[field_name] = value
    known = {"study_id": name, "test_hash": f"images-{name}", "data_key": f"images-{name}", **metadata}
    return write_study(folder / name, runs, spec=spec, metadata=replace(default_metadata(), **known))
