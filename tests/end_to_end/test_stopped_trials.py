"""What a trial scheduler stops, as records, Optuna's dashboard and MLflow have it."""

import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks.harness.servers import free_port
from tests.support.tiny_study import STUDY, lrstudy


@pytest.mark.slow
def test_a_study_with_a_trial_scheduler_says_everywhere_what_it_stopped_and_is_profiled(
    tmp_path: Path,
) -> None:
    results = profiled_study(tmp_path)
    stopped_everywhere(results)
    profiled(results)


def profiled_study(folder: Path) -> Path:
    """Run a study with a trial scheduler; one trial at a time, so that nothing depends on who was first."""
    (folder / "tiny.yaml").write_text(STUDY)
    few = ["search.trial_scheduler=median_stopping", "search.grace_period=1", "search.algorithm=random"]
    few += [
        "budget.trials=6",
        "selection.seeds=0",
        "confirm.seeds=0",
        "resources.cpus=2",
        "model.weights=none",
    ]
    done = lrstudy(folder, "run", "tiny.yaml", "--profile", *(word for each in few for word in ("-s", each)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "profile.png" in done.stdout
    return folder / "results" / "tiny"


def profiled(results: Path) -> None:
    """Assert that it was drawn where the seconds went, and a trial of each arm was traced."""
    files = {file.name for file in (results / "profile").iterdir()}
    traces = {f"{arm}{ending}" for arm in ("adapted", "fixed") for ending in (".json", ".trace.json.gz")}
    assert files == traces | {"profile.png"}
    assert (results / "profile" / "profile.png").read_bytes().startswith(b"\x89PNG")
    configs = pd.read_parquet(results / "records.parquet")["config"]
    assert not configs.str.contains("profile").any(), "a trace is no part of what a run is"


def stopped_everywhere(results: Path) -> None:
    """Assert that records, Optuna's dashboard and MLflow name the same trials as stopped, and as ended."""
    last = pd.read_parquet(results / "records.parquet").drop_duplicates("run", keep="last").set_index("run")
    stopped = set(last.index[last["status"] == "stopped"])
    assert stopped
    assert (last.loc[sorted(stopped), "epoch"] < 4).all()
    assert (last["status"] == "finished").any()

    port = free_port()
    with running_dashboard(results / "journal" / "optuna.log", port) as studies:
        assert sorted(study["study_name"] for study in studies) == ["tiny/adapted", "tiny/fixed"]
        states = {
            f"{study['study_name'].rpartition('/')[2]}-{trial['number']:04d}": trial["state"]
            for study in studies
            for trial in ask(port, f"studies/{study['study_id']}?after=0")["trials"]
        }
    assert {run for run, state in states.items() if state == "Pruned"} == stopped
    assert {run for run, state in states.items() if state == "Complete"} == set(last.index) - stopped

    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{results.parent / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("lrstudy")
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id], max_results=1000)
    assert {r.info.run_name for r in runs if r.info.status == "KILLED"} == stopped


@contextlib.contextmanager
def running_dashboard(journal: Path, port: int) -> Iterator[list[dict[str, Any]]]:
    """Run optuna-dashboard on a journal; yield the studies that it shows."""
    command = [str(Path(sys.executable).parent / "optuna-dashboard"), str(journal), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                studies = ask(port, "studies")["study_summaries"]
                break
            except OSError:
                assert process.poll() is None
                assert time.monotonic() < deadline, "the dashboard never answered"
                time.sleep(0.5)
        yield studies
    finally:
        process.terminate()
        process.wait(60)


def ask(port: int, what: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/{what}", timeout=60) as answer:
        content: dict[str, Any] = json.load(answer)
    return content
