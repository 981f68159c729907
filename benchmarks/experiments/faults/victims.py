"""Small studies whose processes are killed, and what is counted afterwards."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

STUDY = """
name: {name}
data: {{target: {{digits: true, classes: [5, 6, 7], train_per_class: 20}}}}
model: {{architecture: small_resnet, width: 4}}
training: {{batch_size: 16, augment: crop}}
arms:
  adapted: {{recipe: head_restarts, search: {{lr: {{log_uniform: [1e-2, 0.3]}}, cycle_mult: {{choice: [1, 2]}}}}}}
  fixed: {{recipe: fixed_rate, search: {{lr: {{log_uniform: [1e-2, 0.3]}}}}}}
budget: {{trials: 3, epochs: 30}}
search: {{algorithm: random}}
selection: {{top: 2, seeds: 1}}
confirm: {{seeds: 2}}
compare: {{reference: fixed}}
resources: {{checkpoint_seconds: 0}}
"""

CLOCK = (
    "images_per_second", "range_test_seconds", "features_seconds", "training_seconds", "validation_seconds",
    "waiting_seconds", "shared_seconds", "cost_seconds", "config", "study",
)  # fmt: skip
"""Columns that hold times, or the study's own name and folder."""

PATIENCE_SECONDS = 900


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What a fault did to a study, beside one that was left alone.

    Attributes:
        lost: Epochs and predictions that are missing.
        changed: Runs with another value than they would have had.
        duplicated: Epochs that are there twice, in the tables or in MLflow.
        orphans: MLflow runs that are RUNNING although no driver is.
        lives: Drivers that it took.
    """

    lost: int = 0
    changed: int = 0
    duplicated: int = 0
    orphans: int = 0
    lives: int = 1

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.changed or self.duplicated or self.orphans)


def start(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start the command line in a session of its own, what it prints going to a file."""
    lrstudy = str(Path(sys.executable).parent / "lrstudy")
    return _start(folder, [lrstudy, *arguments], environment)


def run_printing(folder: Path, command: Sequence[str]) -> int:
    """Run any command likewise and return its status."""
    return _start(folder, command, None).wait(2 * PATIENCE_SECONDS)


def _start(
    folder: Path, command: Sequence[str], environment: Mapping[str, str] | None
) -> subprocess.Popen[str]:
    with (folder / "printed.log").open("a") as log:
        return subprocess.Popen(
            list(command),
            cwd=folder,
            env={**os.environ, "LRSTUDY_CACHE": str(folder.parent / "cache"), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def printed(folder: Path) -> str:
    """Return what all commands in a folder printed."""
    return (folder / "printed.log").read_text()


def run_whole(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Path:
    """Run the study to its end; return its results."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "victim.yaml"
    if not file.exists():
        write_study(folder)
    command = arguments or ("run", "victim.yaml")
    status = start(folder, *command, environment=environment).wait(PATIENCE_SECONDS)
    assert status == 0, printed(folder)
    return folder / "results" / "victim"


def write_study(folder: Path, *, like: Path | None = None, **sections: object) -> None:
    """Write the study file, or that of the folder `like`, with some sections replaced."""
    text = STUDY.format(name="victim") if like is None else (like / "victim.yaml").read_text()
    content = yaml.safe_load(text) | sections
    (folder / "victim.yaml").write_text(yaml.safe_dump(content))


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until a condition holds or the process has ended."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and not condition():
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.02)


def num_records(results: Path) -> int:
    """Return the lines of a study's journal."""
    path = results / "journal" / "records.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def kill_driver(process: subprocess.Popen[str], number: signal.Signals = signal.SIGKILL) -> None:
    """Send the driver alone a signal; its children are left to themselves."""
    os.kill(process.pid, number)
    process.wait(PATIENCE_SECONDS)


def workers(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes of a driver's trials."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")[0]
            if command.startswith(b"ray::ImplicitFunc") and os.getsid(int(entry.name)) == process.pid:
                found.append(int(entry.name))
        except (OSError, ValueError):  # it ended just now
            continue
    return found


def count(results: Path, whole: Path, *, lives: int = 1, uri: str = "") -> Counts:
    """Count what is wrong with a study that went through faults, beside the same study left alone.

    Args:
        results: The study's.
        whole: Those of the study that was left alone.
        lives: Drivers that it took.
        uri: Where its MLflow runs are; empty for where the study file has them.
    """
    table, expected = _records(results), _records(whole)
    keys = ["run", "epoch"]
    both = expected.merge(
        table.drop_duplicates(keys), on=keys, how="outer", indicator=True, suffixes=("", "_now")
    )
    known = both[both["_merge"] == "both"]
    values = [column for column in expected.columns if column not in (*keys, *CLOCK)]
    differs = [
        run
        for run, rows in known.groupby("run")
        if any(not rows[c].astype(str).equals(rows[f"{c}_now"].astype(str).rename(c)) for c in values)
    ]
    tests, expected_tests = (pd.read_parquet(f / "predictions.parquet") for f in (results, whole))
    runs = mlflow_runs(results, uri)
    names = [name for name, _, _ in runs]
    in_mlflow = sum(steps - len(set_of_steps) for _, _, (steps, set_of_steps) in runs)
    missing_runs = len(set(expected["run"]) - set(names))
    missing_steps = sum(
        len(set(expected.loc[expected["run"] == name, "epoch"]) - set_of_steps)
        for name, _, (_, set_of_steps) in runs
        if name in set(expected["run"])
    )
    return Counts(
        lost=int((both["_merge"] == "left_only").sum())
        + abs(len(tests) - len(expected_tests))
        + missing_runs
        + missing_steps,
        changed=len(differs) + int((both["_merge"] == "right_only").sum()),
        duplicated=int(table.duplicated(keys).sum()) + in_mlflow + len(names) - len(set(names)),
        orphans=sum(status == "RUNNING" for _, status, _ in runs),
        lives=lives,
    )


def _records(results: Path) -> pd.DataFrame:
    return pd.read_parquet(results / "records.parquet")


def mlflow_runs(results: Path, uri: str = "") -> list[tuple[str, str, tuple[int, set[int]]]]:
    """Return name, status and steps (how many, which) of a study's runs in MLflow, those of trials."""
    from mlflow.tracking import MlflowClient

    spec = yaml.safe_load((results / "study.yaml").read_text())
    uri = uri or (spec.get("tracking") or {}).get("uri") or f"sqlite:///{results.parent / 'mlflow.db'}"
    client = MlflowClient(tracking_uri=uri)
    experiment = client.get_experiment_by_name((spec.get("tracking") or {}).get("experiment", "lrstudy"))
    assert experiment is not None
    found = []
    for run in client.search_runs([experiment.experiment_id], max_results=1000):
        if "mlflow.parentRunId" in run.data.tags or run.info.status == "RUNNING":
            history = client.get_metric_history(run.info.run_id, "cost_seconds")
            steps = [metric.step for metric in history]
            found.append((run.info.run_name, run.info.status, (len(steps), set(steps))))
    return found
