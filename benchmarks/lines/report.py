"""Loading and reporting a large study from its records, against reading its runs from MLflow one by one."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio, last_json, of_pairs
from benchmarks.harness.settings import Settings
from tests.support.synthetic_study import Run, two_arm_runs, write_study

TRIALS, EPOCHS, EXTRAPOLATED_FROM, TURNS = 10_000, 50, 200, 3
KEYS = 20


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
    values = [0.5 + 0.4 * (1 - 0.9**epoch) for epoch in range(EPOCHS)]
    search = [
        Run(arm=arm, stage="search", name=f"{arm}-0000", seed=0, values=values)
        for arm in ("adapted", "fixed")
    ]
    write_study(folder, [*search, *(run for run in two_arm_runs() if run.stage == "confirm")])
    table = pd.read_parquet(folder / "records.parquet")
    one_each, rest = table[table["stage"] == "search"], table[table["stage"] != "search"]
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
    (folder / "records.parquet").unlink()
    return folder


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
