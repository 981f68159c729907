"""Faults on real processes: after each, nothing is lost, changed, there twice or left open."""

import json
import os
import random
import shutil
import signal
import time
from pathlib import Path

import optuna
import pandas as pd
import pytest
from filelock import FileLock
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from benchmarks.experiments.faults import injections
from benchmarks.experiments.faults.victims import (
    PATIENCE_SECONDS,
    Counts,
    count,
    kill_driver,
    mlflow_runs,
    num_records,
    printed,
    run_whole,
    start,
    wait_until,
    workers,
    write_study,
)

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.timeout(3000)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the study, left alone; beside them `workers.json`, the processes that trained its trials.

    pytest's processes share one, which the first that needs it makes.
    """
    os.environ.setdefault("RAY_worker_niceness", "0")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "faults" / "whole"
    with FileLock(shared / "faults.lock"):
        if not (folder / "workers.json").exists():
            make_whole(folder)
    return folder / "results" / "victim"


def make_whole(folder: Path) -> None:
    """Run the study to its end."""
    folder.mkdir(parents=True)
    write_study(folder)
    process, seen = start(folder, "run", "victim.yaml"), set()
    while process.poll() is None:
        seen |= set(workers(process))
        time.sleep(0.2)
    assert process.returncode == 0, printed(folder)
    (folder / "workers.json").write_text(json.dumps(sorted(seen)))


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(10))
def test_a_driver_killed_at_a_random_moment(whole: Path, seed: int) -> None:
    assert injections.driver_killed(_folder(whole, f"sigkill{seed}"), whole, random.Random(seed)).is_whole


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(5))
def test_a_driver_killed_while_a_rule_stops_trials(whole: Path, seed: int) -> None:
    folder = _folder(whole, f"stopping{seed}")
    counts = injections.driver_killed_while_trials_are_stopped(folder, whole, random.Random(seed))
    assert counts.is_whole


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(5))
def test_a_worker_killed_at_a_random_moment(whole: Path, seed: int) -> None:
    assert injections.worker_killed(_folder(whole, f"worker{seed}"), whole, random.Random(seed)) == Counts()


@pytest.mark.slow
def test_a_node_that_leaves_the_cluster(whole: Path) -> None:
    """The study joins a cluster of two nodes, which RAY_ADDRESS names."""
    folder = _folder(whole, "node")
    assert injections.node_left(folder, whole, random.Random(0)) == Counts()
    log = (folder / "results" / "victim" / "lrstudy.log").read_text()
    assert "its worker died, and it goes on in another one" in log, "nothing was lost with the node"


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(3))
def test_sigterm(whole: Path, seed: int) -> None:
    folder = _folder(whole, f"sigterm{seed}")
    assert injections.driver_killed(folder, whole, random.Random(seed), signal.SIGTERM).is_whole


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(3))
def test_sigint_twice(whole: Path, seed: int) -> None:
    assert injections.interrupted_twice(_folder(whole, f"sigint{seed}"), whole, random.Random(seed)).is_whole


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(3))
def test_states_that_were_cut_off(whole: Path, seed: int) -> None:
    assert injections.states_truncated(_folder(whole, f"states{seed}"), whole, random.Random(seed)).is_whole


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(3))
def test_a_journal_that_was_cut_off(whole: Path, seed: int) -> None:
    assert injections.journal_truncated(_folder(whole, f"journal{seed}"), whole, random.Random(seed)).is_whole


@pytest.mark.faults
@pytest.mark.skipif(not injections.can_have_small_disks(), reason="needs a tmpfs in a user namespace")
@pytest.mark.parametrize("seed", range(5))
def test_a_full_disk(whole: Path, seed: int) -> None:
    assert injections.disk_full(_folder(whole, f"disk{seed}"), whole, random.Random(seed)).is_whole


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(3))
def test_a_server_that_fails(whole: Path, seed: int) -> None:
    assert injections.server_failing(_folder(whole, f"server{seed}"), whole, random.Random(seed)).is_whole


@pytest.mark.faults
def test_a_loss_that_is_not_a_number(whole: Path) -> None:
    """One of the rates is far too high: its trials are over at once, and the study goes on without them."""
    folder = _folder(whole, "nan")
    folder.mkdir(parents=True)
    search = {"lr": {"choice": [1e12, 0.05]}}
    arms = {
        "adapted": {"recipe": "cosine", "search": search},
        "fixed": {"recipe": "fixed_rate", "search": search},
    }
    write_study(folder, arms=arms)
    results = run_whole(folder)
    assert lost_trials(results, "diverged") == {"adapted": 1, "fixed": 1}


@pytest.mark.faults
def test_a_trial_that_needs_more_memory_than_there_is(whole: Path) -> None:
    """One of the networks takes about 8 GB to train; Ray kills what takes the machine 4 GB beyond what it has now."""
    folder = _folder(whole, "memory")
    folder.mkdir(parents=True)
    total, available = (memory(name) for name in ("MemTotal", "MemAvailable"))
    threshold = (total - available + 4e9) / total
    if threshold > 0.9:
        pytest.skip(f"needs 4 GB of free memory, {available / 1e9:.1f} GB are free")
    data = {"target": {"digits": True, "classes": [5, 6, 7], "train_per_class": 20, "image_size": 32}}
    networks = {"architecture": {"choice": ["small_resnet", "regnet_y_128gf"]}, "width": 4}
    write_study(folder, data=data, model=networks, search={"algorithm": "grid"}, resources={"cpus": 2}, arms={
        "adapted": {"recipe": "cosine", "search": {}}, "fixed": {"recipe": "fixed_rate", "search": {}},
    }, budget={"trials": 2, "epochs": 2})  # fmt: skip
    environment = {"RAY_memory_usage_threshold": f"{threshold:.3f}", "RAY_memory_monitor_refresh_ms": "100"}
    results = run_whole(folder, environment=environment)
    assert lost_trials(results, "out_of_memory") == {"adapted": 1, "fixed": 1}


def memory(name: str) -> float:
    """Return a figure of the machine's memory, in bytes."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def lost_trials(results: Path, status: str) -> dict[str, int]:
    """Return how many search trials of each arm ended like this; every run has ended, in MLflow and in Optuna, too."""
    records = pd.read_parquet(results / "records.parquet")
    last = records.drop_duplicates("run", keep="last")
    assert set(last["status"]) == {"finished", status}
    lost = last[last["status"] == status]
    runs = {name: state for name, state, _ in mlflow_runs(results)}
    assert "RUNNING" not in runs.values()
    assert {runs[run] for run in lost["run"]} == {"FAILED"}
    storage = JournalStorage(JournalFileBackend(str(results / "journal" / "optuna.log")))
    for arm in ("adapted", "fixed"):
        states = [t.state.name for t in optuna.load_study(study_name=f"victim/{arm}", storage=storage).trials]
        assert set(states) == {"COMPLETE", "FAIL"}
    return lost.groupby("arm").size().to_dict()


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(3))
def test_a_cache_that_was_cut_off(whole: Path, seed: int) -> None:
    assert injections.cache_damaged(_folder(whole, f"cache{seed}"), whole, random.Random(seed)).is_whole


@pytest.mark.slow
def test_a_study_starts_one_process_for_each_trial_at_once(whole: Path) -> None:
    started = json.loads((whole.parent.parent / "workers.json").read_text())
    metadata = json.loads((whole / "run.json").read_text())
    assert 1 <= len(started) <= metadata["num_slots"]


@pytest.mark.slow
def test_what_ci_injects_into_one_study(whole: Path) -> None:
    """A trial's process killed, then the driver, then resumed by two drivers at once; profiled, its traces lost."""
    folder = _folder(whole, "much")
    folder.mkdir(parents=True)
    write_study(folder, like=whole.parent.parent)
    results = folder / "results" / "victim"
    first = start(folder, "run", "victim.yaml", "--profile")
    wait_until(lambda: num_records(results) > 3 and bool(workers(first)), first)
    for worker in workers(first)[:1]:
        os.kill(worker, signal.SIGKILL)
    goal = num_records(results) + num_records(whole) // 6
    wait_until(lambda: num_records(results) > goal, first)
    assert first.poll() is None, printed(folder)
    kill_driver(first)
    shutil.rmtree(results / "profile")
    both = [start(folder, "resume", "victim.yaml") for _ in range(2)]
    assert sorted(each.wait(PATIENCE_SECONDS) for each in both) == [0, 1], printed(folder)
    assert "another driver holds it" in printed(folder)
    assert count(results, whole, lives=2) == Counts(lives=2)
    assert {trace.stem for trace in (results / "profile").glob("*.json")} == {"adapted", "fixed"}
    assert (results / "profile" / "profile.png").exists()


@pytest.mark.faults
def test_what_has_ended_stays_and_is_extended(whole: Path) -> None:
    folder = _folder(whole, "extended")
    results = run_whole(folder)
    records, comparison = (
        (results / name).read_bytes() for name in ("journal/records.jsonl", "comparison.txt")
    )
    run_whole(folder, "resume", "victim.yaml")
    assert (results / "journal" / "records.jsonl").read_bytes() == records
    run_whole(folder, "extend", str(results), "--seeds", "1")
    assert (results / "journal" / "records.jsonl").read_bytes().startswith(records)
    assert (results / "comparison.txt").read_bytes() == comparison
    assert "3 of 3" in (results / "extended-1" / "comparison.txt").read_text()


def _folder(whole: Path, name: str) -> Path:
    return whole.parent.parent.parent / name
