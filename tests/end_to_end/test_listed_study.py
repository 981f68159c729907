"""A real study of a list whose images lie in a zip file, and whose validation split lacks a class."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tests.support.tiny_study import lrstudy

STUDY = """
name: listed
data:
  target:
    csv: lists/labels.tsv
    root: photos.zip
    recut: val
model: {architecture: small_resnet, weights: none, width: 4}
training: {batch_size: 16, augment: none}
arms:
  fixed: {recipe: fixed_rate, search: {lr: {log_uniform: [1e-2, 0.3]}}}
  cosine: {recipe: cosine, search: {lr: {log_uniform: [1e-2, 0.3]}}}
budget: {trials: 1, epochs: 2}
selection: {top: 1, seeds: 0}
confirm: {seeds: 1}
compare: {reference: fixed, objective: accuracy}
resources: {layout: contiguous}
tracking: {csv: tables}
"""


def project(folder: Path) -> Path:
    """Write dark and light noise into a zip file, a list that gives the light no validation images, and a study."""
    generator = np.random.default_rng(0)
    rows = ["Path\tClass\tSet"]
    for name, level in (("dark", 60), ("light", 180)):
        for index in range(20):
            path = folder / "photos" / name / "deep" / f"{index} x.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            pixels = generator.integers(level - 60, level + 60, (8, 8), dtype=np.uint8)
            Image.fromarray(pixels).save(path)
            split = "Test" if index < 6 else "dev" if index < 10 and name == "dark" else "training"
            rows.append(f"{name}\\deep\\{index} x.png\t{name}\t{split}")
    shutil.make_archive(str(folder / "photos"), "zip", folder / "photos")
    shutil.rmtree(folder / "photos")
    (folder / "lists").mkdir(parents=True)
    (folder / "lists" / "labels.tsv").write_text("\n".join(rows), encoding="utf-16")
    (folder / "listed.yaml").write_text(STUDY)
    return folder


@pytest.mark.slow
def test_a_list_in_a_zip_file_is_a_study(tmp_path: Path) -> None:
    folder = project(tmp_path / "here")
    run = lrstudy(folder, "run", "listed.yaml")
    assert run.returncode == 0, run.stderr
    results = folder / "results" / "listed"
    predictions = pd.read_parquet(results / "predictions.parquet")
    ids = sorted(f"{name}/deep/{index} x.png" for name in ("dark", "light") for index in range(6))
    assert sorted(set(predictions["id"])) == ids
    assert json.loads((results / "answer.json").read_text())["study"] == "listed"
