"""Loading and reporting a large study from its records, against reading its runs from MLflow one by one."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio, last_json, of_pairs
from benchmarks.harness.settings import Settings
from trainables.record import EpochRecord, RunInfo, Stage, to_row

TRIALS, EPOCHS, EXTRAPOLATED_FROM, TURNS = 10_000, 50, 200, 3
KEYS = 20
ARMS = {"adapted": 0.9, "fixed": 0.8}
"""Final validation objective of the first seed."""

SEEDS, IMAGES = 5, 100
STUDY = {
    "name": "many_trials",
    "arms": {arm: {"recipe": arm, "search": {"lr": {"log_uniform": [1e-4, 1e-1]}}} for arm in ARMS},
    "budget": {"trials": TRIALS // 2, "epochs": EPOCHS},
    "confirm": {"seeds": SEEDS},
    "compare": {"reference": "fixed", "objective": "accuracy"},
}
METADATA = {
    "started": "2026-11-01T10:00:00",
    "ended": "2026-11-01T11:00:00",
    "wall_seconds": 3600.0,
    "num_slots": 2,
    "stages": {"search": 3000.0, "confirm": 600.0},
    "classes": ["cat", "dog"],
    "counts": {"train": [60, 40], "val": [150, 150], "test": [50, 50]},
    "target_grid": [0.6, 0.7],
}


def measure(settings: Settings) -> Ratio:
    """Measure seconds of `lrstudy report` for 10,000 trials, and of MLflow's client reading as many."""
    trials, sample = (400, 20) if settings.quick else (TRIALS, EXTRAPOLATED_FROM)
    results = _study_of(trials, settings.work / "many_trials")
    store = _store_of(sample, settings.work / "many_runs.db")
    first = last_json(settings.ours("lines.report", "report", str(results)))
    ours, theirs, peaks = [], [], [first["peak_gib"]]
    for _ in range(settings.turns(TURNS)):
        found = last_json(settings.ours("lines.report", "report", str(results)))
        ours.append(found["seconds"])
        peaks.append(found["peak_gib"])
        read = last_json(settings.ours("lines.report", "read", str(store)))
        theirs.append(read["seconds"] * trials / read["runs"])
    note = (
        f"seconds for {trials:,} trials of {EPOCHS} epochs; MLflow's from {sample} runs of {KEYS} metrics; "
        f"lrstudy's peak {max(peaks):.2f} GiB; the first report, which makes the table of the journal, took "
        f"{first['seconds']:.1f} s"
    )
    return of_pairs(ours, theirs, note=note)


def _study_of(trials: int, folder: Path) -> Path:
    """Write the journal of a study with so many trials, half of each arm, and a confirmation."""
    if folder.exists():
        return folder
    folder.mkdir(parents=True)
    (folder / "study.yaml").write_text(yaml.safe_dump(STUDY, sort_keys=False))
    (folder / "run.json").write_text(json.dumps(METADATA))
    one_each = pd.DataFrame([row for arm in ARMS for row in _run(arm, "search", seed=0)])
    confirmed = [(arm, seed) for arm in ARMS for seed in range(SEEDS)]
    rest = pd.DataFrame([row for arm, seed in confirmed for row in _run(arm, "confirm", seed=seed)])
    predictions = pd.concat([_predictions(arm, seed) for arm, seed in confirmed], ignore_index=True)
    predictions.to_parquet(folder / "predictions.parquet", index=False)
    copies = [rest]
    for number in range(trials // 2):
        runs = one_each["arm"] + f"-{number:04d}"
        moved = one_each["objective"] - 0.1 * (number % 97) / 97
        config = one_each["config"].str.replace(
            '"lr": 0.01', f'"lr": {10 ** (-4 + 3 * (number % 89) / 89):.6g}'
        )
        copies.append(one_each.assign(run=runs, objective=moved, val_objective=moved, config=config))
    whole = pd.concat(copies, ignore_index=True)
    (folder / "journal").mkdir()
    whole.to_json(folder / "journal" / "records.jsonl", orient="records", lines=True)
    return folder


def _run(arm: str, stage: Stage, *, seed: int) -> list[dict[str, object]]:
    """Return the rows of one run, whose validation objective rises as those of a real one do."""
    info = RunInfo(
        study=STUDY["name"], arm=arm, stage=stage, run=f"{arm}-{stage}-{seed}", seed=seed,
        architecture="resnet18", recipe=arm, overall=stage == "confirm",
        config=json.dumps({"lr": 0.01, "architecture": "resnet18"}),
    )  # fmt: skip
    level = ARMS[arm] + 0.01 * seed
    values = [level - 0.4 * 0.9**epoch for epoch in range(EPOCHS)]
    records = [
        EpochRecord(
            epoch=epoch, phase="full", cycle=0, cycle_ended=True, judged=True,
            status="finished" if epoch == EPOCHS else "running", rates={"stem": 0.001, "body": 0.003, "head": 0.01},
            num_steps=10, body_passes=100, val_objective=value, objective=value, training_seconds=1.0,
            validation_seconds=0.5, waiting_seconds=0.25, cost_seconds=float(epoch),
            test_objective=_predictions(arm, seed)["right"].mean() if stage == "confirm" and epoch == EPOCHS else None,
        )
        for epoch, value in enumerate(values, start=1)
    ]  # fmt: skip
    return [to_row(info, record) for record in records]


def _predictions(arm: str, seed: int) -> pd.DataFrame:
    """Return what a confirmation run says of the test images; `right` is beside what a study records."""
    image = np.arange(IMAGES)
    right = (image * 7 + seed) % IMAGES < round(IMAGES * (ARMS[arm] - 0.1))
    label = image % 2
    return pd.DataFrame(
        {
            "arm": arm, "run": f"{arm}-confirm-{seed}", "seed": seed, "architecture": "resnet18", "overall": True,
            "image": image, "id": [f"img{number}.png" for number in image], "label": label,
            "predicted": np.where(right, label, 1 - label), "true_probability": np.where(right, 0.9, 0.2),
            "right": right,
        }
    )  # fmt: skip


def _store_of(runs: int, file: Path) -> Path:
    """Write a store of MLflow's with so many runs."""
    if file.exists():
        return file
    from mlflow.entities import Metric
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{file}")
    experiment = client.create_experiment("many")
    for number in range(runs):
        run = client.create_run(experiment, run_name=f"trial-{number:04d}").info.run_id
        metrics = [
            Metric(f"metric{key}", epoch / EPOCHS, 0, epoch) for epoch in range(EPOCHS) for key in range(KEYS)
        ]
        client.log_batch(run, metrics=metrics)
    return file


def _report(results: str) -> None:
    """Report in a process of its own, whose peak of memory is then known."""
    begun = time.perf_counter()
    subprocess.run(
        [str(Path(sys.executable).parent / "lrstudy"), "report", results], check=True, capture_output=True
    )
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print(json.dumps({"seconds": seconds, "peak_gib": peak}))


def _read(store: str) -> None:
    """Read every metric of every run, as MLflow's client offers it."""
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{store}")
    experiment = client.get_experiment_by_name("many")
    assert experiment is not None
    begun = time.perf_counter()
    runs = client.search_runs([experiment.experiment_id], max_results=50_000)
    rows = [
        (run.info.run_name, key, metric.step, metric.value)
        for run in runs
        for key in run.data.metrics
        for metric in client.get_metric_history(run.info.run_id, key)
    ]
    pd.DataFrame(rows, columns=["run", "key", "epoch", "value"]).pivot_table("value", ["run", "epoch"], "key")
    print(json.dumps({"seconds": time.perf_counter() - begun, "runs": len(runs)}))


LINES = (
    Line(
        name="report",
        what=f"load and report {TRIALS:,} trials of {EPOCHS} epochs from records",
        against="MLflow's client run by run, without a report",
        to_reach=20,
        measure=measure,
    ),
)

if __name__ == "__main__":
    {"report": _report, "read": _read}[sys.argv[1]](sys.argv[2])
