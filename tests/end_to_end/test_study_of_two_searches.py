"""A whole study that searches its arms twice, through the real command line: interrupted, resumed and extended."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pandas as pd
import pytest

from tests.end_to_end.tiny_study import LRSTUDY, STUDY, lrstudy

TWICE = (
    STUDY.replace("name: tiny", "name: twice\nsearch: {repeats: 2}\nresources: {layout: contiguous}")
    .replace("confirm: {seeds: 3}", "confirm: {seeds: 1}")
    .replace("budget: {trials: 3, epochs: 4}", "budget: {trials: 2, epochs: 2}")
    .replace("selection: {top: 2, seeds: 1}", "selection: {top: 1, seeds: 1}")
    .replace("  source: {digits: true, classes: [0, 1, 2]}\n", "")
    .replace("weights: source, width: 4, source_epochs: 2", "weights: none, width: 4")
)


def interrupt(folder: Path, *, runs: int) -> None:
    """Begin the study and stop it once so many runs have ended."""
    process = subprocess.Popen(
        [*LRSTUDY, "run", "twice.yaml"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    records = folder / "results" / "twice" / "journal" / "records.jsonl"
    deadline = time.monotonic() + 400
    try:
        while not records.exists() or records.read_text().count('"status": "finished"') < runs:
            assert time.monotonic() < deadline, "the study never got going"
            assert process.poll() is None, "the study ended before it was stopped"
            time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130, printed


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_study_of_two_searches_is_resumed_and_extended(tmp_path: Path) -> None:
    (tmp_path / "twice.yaml").write_text(TWICE)
    results = tmp_path / "results" / "twice"
    interrupt(tmp_path, runs=2)
    resumed = lrstudy(tmp_path, "resume", "results/twice")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert "Compared are the methods, by 2 independent searches of 2 trials of each arm" in " ".join(
        resumed.stdout.split()
    )

    last = pd.read_parquet(results / "records.parquet").groupby("run").tail(1).set_index("run")
    counts = last.groupby(["stage", "arm", "repeat"]).size()
    assert counts.loc["search"].tolist() == [2] * 4
    assert counts.loc["selection"].tolist() == [1] * 4
    assert counts.loc["confirm"].tolist() == [1] * 4
    assert set(last.index[last["stage"] == "confirm"]) == {
        f"{arm}-r{repeat}-confirm-1" for arm in ("adapted", "fixed") for repeat in (1, 2)
    }
    seeds = last.groupby(["stage", "repeat"])["seed"].agg(set)
    assert sum(map(len, seeds)) == len(set.union(*seeds))  # no two parts share one
    assert last.groupby("seed")["arm"].nunique().eq(2).all()  # and the arms share all of them
    winners = json.loads((results / "run.json").read_text())["winners"]
    assert {arm: [each["repeat"] for each in found] for arm, found in winners.items()} == {
        "adapted": [1, 2],
        "fixed": [1, 2],
    }
    shown = (results / "journal" / "optuna.log").read_text()
    assert all(f'"twice/{arm}-r{repeat}"' in shown for arm in ("adapted", "fixed") for repeat in (1, 2))

    first = (results / "comparison.txt").read_text()
    extended = lrstudy(tmp_path, "extend", "results/twice", "--seeds", "1")
    assert extended.returncode == 0, extended.stdout + extended.stderr
    assert (results / "comparison.txt").read_text() == first
    table = pd.read_parquet(results / "records.parquet")
    confirmed = table[table["stage"] == "confirm"].drop_duplicates("run")
    assert confirmed.groupby(["arm", "repeat"]).size().tolist() == [2] * 4
    assert "2 searches of each arm, " in " ".join(extended.stdout.split())
    assert pd.read_csv(results / "extended-1" / "searches.csv")["num_runs"].tolist() == [2] * 4
