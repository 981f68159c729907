"""Faults on real processes: after each, nothing is lost, changed, there twice or left open."""

import os
import random
import signal
from pathlib import Path

import pytest

from tests.faults import injections
from tests.faults.victims import (
    Counts,
    count,
    kill_driver,
    num_records,
    printed,
    run_whole,
    start,
    wait_until,
    workers,
    write_study,
)

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the study, left alone."""
    os.environ.setdefault("RAY_worker_niceness", "0")
    return run_whole(tmp_path_factory.getbasetemp() / "faults" / "whole")


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(20))
def test_a_driver_killed_at_a_random_moment(whole: Path, seed: int) -> None:
    assert injections.driver_killed(_folder(whole, f"sigkill{seed}"), whole, random.Random(seed)).is_whole


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(20))
def test_a_worker_killed_at_a_random_moment(whole: Path, seed: int) -> None:
    assert injections.worker_killed(_folder(whole, f"worker{seed}"), whole, random.Random(seed)) == Counts()


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
def test_a_cache_that_was_cut_off(whole: Path, seed: int) -> None:
    assert injections.cache_damaged(_folder(whole, f"cache{seed}"), whole, random.Random(seed)).is_whole


@pytest.mark.slow
def test_what_ci_injects_into_one_study(whole: Path) -> None:
    """A second driver, a trial's process killed, the driver killed, resumed, resumed again, changed, extended."""
    folder = _folder(whole, "much")
    folder.mkdir(parents=True)
    write_study(folder)
    results = folder / "results" / "victim"
    first = start(folder, "run", "victim.yaml")
    wait_until(lambda: num_records(results) > 3 and bool(workers(first)), first)
    assert start(folder, "resume", "victim.yaml").wait(120) == 1
    assert "another driver holds it" in printed(folder)
    for worker in workers(first)[:1]:
        os.kill(worker, signal.SIGKILL)
    goal = num_records(results) + num_records(whole) // 3
    wait_until(lambda: num_records(results) > goal, first)
    assert first.poll() is None, printed(folder)
    kill_driver(first)
    run_whole(folder, "resume", "victim.yaml")
    assert count(results, whole, lives=2) == Counts(lives=2)

    records, comparison = (
        (results / name).read_bytes() for name in ("journal/records.jsonl", "comparison.txt")
    )
    run_whole(folder, "resume", "victim.yaml")
    assert (results / "journal" / "records.jsonl").read_bytes() == records
    changed = start(folder, "resume", "victim.yaml", "-s", "budget.trials=4")
    assert changed.wait(120) == 1
    assert "trials: 3" in printed(folder)
    assert "trials: 4" in printed(folder)

    run_whole(folder, "extend", str(results), "--seeds", "1")
    assert (results / "journal" / "records.jsonl").read_bytes().startswith(records)
    assert (results / "comparison.txt").read_bytes() == comparison
    assert "3 of 3" in (results / "extended-1" / "comparison.txt").read_text()


def _folder(whole: Path, name: str) -> Path:
    return whole.parent.parent.parent / name
