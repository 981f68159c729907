"""A real study of two searches, of images whose names are anything: interrupted, moved, gone on with, extended."""

import json
import os
import signal
import subprocess
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tests.support.tiny_study import LRSTUDY, lrstudy
from trainables.run import train

NAMES = (
    rb"$\frac{$",
    b"=1+1",
    b"<script>",
    b"[/red]",
    b"_hidden",
    b"two\nlines",
    b"caf\xe9",
    b"nan",
    b" no ",
)

STUDY = """
name: moved
data: {target: {folder: images}}
model: {architecture: small_resnet, weights: none, width: 4}
training: {batch_size: 16, augment: none}
arms:
  _adapted: {recipe: adaptation, search: {lr: {log_uniform: [1e-2, 0.3]}}}
  fixed: {recipe: fixed_rate, search: {lr: {log_uniform: [1e-2, 0.3]}}}
budget: {trials: 2, epochs: 3}
search: {algorithm: random, repeats: 2}
selection: {top: 1, seeds: 1}
confirm: {seeds: 1}
resources: {layout: contiguous}
"""

NUMBERS = ["epoch", "train_loss", "val_loss", "val_objective", "test_objective"]


def project(folder: Path) -> Path:
    generator = np.random.default_rng(0)
    for name in NAMES:
        images = folder / "images" / os.fsdecode(name)
        images.mkdir(parents=True)
        for index in range(10):
            pixels = generator.integers(0, 256, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(images / os.fsdecode(b"%d\xff.png" % index))
    (folder / "s.yaml").write_text(STUDY)
    return folder


def as_trained_here(results: Path) -> None:
    """Assert that every run is, bit by bit, one of its configuration that this process trains without a break."""
    records = pd.read_parquet(results / "records.parquet")
    for _, run in records.sort_values("epoch").groupby("run"):
        config = {**json.loads(run["config"].iloc[0]), "share_prefixes": None, "save_weights": None}
        trained = pd.DataFrame([asdict(record) for record in train(config)])
        there, here = (table[NUMBERS].astype(float).reset_index(drop=True) for table in (run, trained))
        pd.testing.assert_frame_equal(there, here, check_exact=True)


def interrupted(folder: Path) -> None:
    """Run the study and stop it once some epochs are recorded."""
    records = folder / "results" / "moved" / "journal" / "records.jsonl"
    with subprocess.Popen([*LRSTUDY, "run", "s.yaml"], cwd=folder, stdout=subprocess.PIPE) as study:
        while study.poll() is None and not (records.exists() and len(records.read_text().splitlines()) > 4):
            time.sleep(0.05)
        study.send_signal(signal.SIGINT)
        study.communicate(timeout=200)
    assert study.returncode == 130


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_study_that_was_interrupted_and_moved_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    begun = project(tmp_path / "begun")
    interrupted(begun)
    moved = begun.rename(tmp_path / "elsewhere")
    results = (moved / "results" / "moved").rename(moved / "results" / "renamed")
    resumed = lrstudy(tmp_path, "resume", str(results))
    assert resumed.returncode == 0, resumed.stderr
    in_full = " ".join((results / "comparison.txt").read_text(encoding="utf-8").split())
    assert "the methods, by 2 independent searches of 2 trials of each arm" in in_full
    as_trained_here(results)
    searches_are_apart(results)
    classes = json.loads((results / "run.json").read_text())["classes"]
    assert {r"two\nlines", r"caf\xe9", r"$\frac{$"} < set(classes)
    assert (results / "figures" / "confusion.png").exists()

    first = (results / "comparison.txt").read_text()
    extended = lrstudy(tmp_path, "extend", str(results), "--seeds", "1")
    assert extended.returncode == 0, extended.stderr
    assert (results / "comparison.txt").read_text() == first
    table = pd.read_parquet(results / "records.parquet")
    confirmed = table[table["stage"] == "confirm"].drop_duplicates("run")
    assert confirmed.groupby(["arm", "repeat"]).size().tolist() == [2] * 4
    in_full = (results / "extended-1" / "comparison.txt").read_text(encoding="utf-8")
    assert "2 searches of each arm, " in " ".join(in_full.split())
    assert (results / "extended-1" / "searches.csv").exists()
    assert not begun.exists()


def searches_are_apart(results: Path) -> None:
    """Assert that each search has trials, seeds and a winner of its own, and the arms the same seeds."""
    last = pd.read_parquet(results / "records.parquet").groupby("run").tail(1).set_index("run")
    counts = last.groupby(["stage", "arm", "repeat"]).size()
    assert counts.loc["search"].tolist() == [2] * 4
    assert counts.loc["selection"].tolist() == counts.loc["confirm"].tolist() == [1] * 4
    seeds = last.groupby(["stage", "repeat"])["seed"].agg(set)
    assert sum(map(len, seeds)) == len(set.union(*seeds))
    assert last.groupby("seed")["arm"].nunique().eq(2).all()
    winners = json.loads((results / "run.json").read_text())["winners"]
    assert {arm: [each["repeat"] for each in found] for arm, found in winners.items()} == {
        "_adapted": [1, 2],
        "fixed": [1, 2],
    }
    shown = (results / "journal" / "optuna.log").read_text()
    assert all(f'"moved/{arm}-r{repeat}"' in shown for arm in ("_adapted", "fixed") for repeat in (1, 2))
