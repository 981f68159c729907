"""A study of images with several labels each, from the reader to the report."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from analysis import compare, load_study

STUDY = """
name: sets
data: {target: {quadrants: 200}}
model: {architecture: small_resnet, weights: none, width: 4}
training: {batch_size: 16, augment: none, snapshots: 1}
arms:
  cosine: {recipe: cosine, search: {lr: {log_uniform: [1e-2, 0.3]}}}
  fixed: {recipe: fixed_rate, search: {lr: {log_uniform: [1e-3, 0.03]}}}
budget: {trials: 1, epochs: 3}
selection: {top: 1, seeds: 0}
confirm: {seeds: 2}
compare: {reference: fixed}
"""

WITH_READER = """
import sys
from study.cli import main
from tests.support.label_sets.quadrants import QUADRANTS
from trainables.data.sources.registry import READERS

READERS["quadrants"] = QUADRANTS
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.slow
def test_a_study_of_label_sets_is_run_and_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LRSTUDY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    (tmp_path / "sets.yaml").write_text(STUDY)
    command = [sys.executable, "-c", WITH_READER, "run", "sets.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=560)  # noqa: PLW1510
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Not everything was recorded" not in done.stdout
    assert "objective: mean average precision, because images have several labels each" in done.stdout
    results = tmp_path / "results" / "sets"
    predictions = pd.read_parquet(results / "predictions.parquet")
    data = load_study(results)
    for run, rows in predictions.groupby("run"):
        truth = np.array([[int(there) for there in text] for text in rows["label"]])
        expected = average_precision_score(truth, np.stack(rows["scores"].to_list()), average="macro")
        assert data.runs.loc[run, "final_test"] == pytest.approx(expected)
    comparison = compare(data)
    assert comparison.contrasts[0].finals.test_combined is not None
    assert set(comparison.by_class["class_name"]) == {"upper left", "upper right", "lower left"}
    assert "average precision" in (results / "report.html").read_text()
    assert (results / "models" / "cosine" / "model.json").exists()
