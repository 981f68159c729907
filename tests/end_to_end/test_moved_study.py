"""A real study of images whose names are anything, interrupted, moved with its project, and gone on with."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tests.end_to_end.tiny_study import LRSTUDY, lrstudy

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
budget: {trials: 3, epochs: 3}
search: {algorithm: random}
selection: {top: 1, seeds: 1}
confirm: {seeds: 2}
resources: {layout: contiguous}
"""

NUMBERS = ["run", "epoch", "train_loss", "val_loss", "val_objective", "test_objective", "rates"]


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


def numbers(results: Path) -> pd.DataFrame:
    records = pd.read_parquet(results / "records.parquet")
    return records[NUMBERS].sort_values(["run", "epoch"]).reset_index(drop=True)


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
def test_a_study_that_was_interrupted_and_moved_ends_as_one_that_was_not(tmp_path: Path) -> None:
    whole, begun = project(tmp_path / "whole"), project(tmp_path / "begun")
    ran = lrstudy(whole, "run", "s.yaml")
    assert ran.returncode == 0, ran.stderr
    interrupted(begun)
    moved = begun.rename(tmp_path / "elsewhere")
    results = (moved / "results" / "moved").rename(moved / "results" / "renamed")
    resumed = lrstudy(tmp_path, "resume", str(results))
    assert resumed.returncode == 0, resumed.stderr
    pd.testing.assert_frame_equal(numbers(results), numbers(whole / "results" / "moved"))
    classes = json.loads((results / "run.json").read_text())["classes"]
    assert {r"two\nlines", r"caf\xe9", r"$\frac{$"} < set(classes)
    assert (results / "figures" / "confusion.png").exists()
    again = lrstudy(tmp_path, "extend", str(results), "--seeds", "1")
    assert again.returncode == 0, again.stderr
    assert lrstudy(tmp_path, "report", str(results)).returncode == 0
    assert not begun.exists()
