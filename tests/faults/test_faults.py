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
    num_records,
    printed,
    run_whole,
    start,
    wait_until,
    write_study,
)

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.timeout(900)]

MANY = pytest.mark.faults
SLOW = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the study, left alone."""
    os.environ.setdefault("RAY_worker_niceness", "0")
    return run_whole(tmp_path_factory.getbasetemp() / "faults" / "whole")


@pytest.mark.parametrize("seed", [pytest.param(n, marks=SLOW if n == 0 else MANY) for n in range(20)])
def test_a_driver_killed_at_a_random_moment(whole: Path, seed: int) -> None:
    assert injections.driver_killed(_folder(whole, f"sigkill{seed}"), whole, random.Random(seed)).is_whole


@pytest.mark.parametrize("seed", [pytest.param(n, marks=SLOW if n == 0 else MANY) for n in range(20)])
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


@pytest.mark.slow
def test_a_second_driver_is_refused_and_a_finished_study_stays_as_it_is(whole: Path) -> None:
    folder = _folder(whole, "two")
    folder.mkdir(parents=True)
    write_study(folder)
    results = folder / "results" / "victim"
    first = start(folder, "run", "victim.yaml")
    wait_until(lambda: num_records(results) > 3, first)
    for command in ("run", "resume"):
        assert start(folder, command, "victim.yaml").wait(120) == 1
    assert "is running" in printed(folder)
    assert first.wait(300) == 0, printed(folder)
    before = (results / "journal" / "records.jsonl").read_bytes()
    run_whole(folder, "resume", "victim.yaml")
    assert (results / "journal" / "records.jsonl").read_bytes() == before
    assert count(results, whole).is_whole
    changed = start(folder, "resume", "victim.yaml", "-s", "budget.trials=4")
    assert changed.wait(120) == 1
    assert "trials: 3" in printed(folder)
    assert "trials: 4" in printed(folder)


def _folder(whole: Path, name: str) -> Path:
    return whole.parent.parent.parent / name
