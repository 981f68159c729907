"""Search trials that begin alike, in a real study: trained once, recorded as if each had been trained alone."""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.support.tiny_study import lrstudy
from trainables import train
from trainables.data import cache_dir

STUDY = """
name: alike
data: {target: {digits: true, classes: [5, 6, 7], train_per_class: 20}}
model: {architecture: small_resnet, width: 4}
arms:
  cyclic:
    recipe: head_restarts
    search: {head_epochs: 0, lr: 0.05, cycle_len: 2, last_cycle: cut, cycle_mult: {choice: [1, 1.5, 2, 3]}}
  fixed: {recipe: fixed_rate, search: {lr: {choice: [0.01, 0.1]}}}
budget: {trials: 4, epochs: 6}
search: {algorithm: grid}
selection: {seeds: 0}
confirm: {seeds: 1}
compare: {reference: fixed}
tracking: {csv: tables}
"""


@pytest.mark.slow
def test_a_study_trains_a_common_beginning_once_and_leaves_nothing_of_it_behind(tmp_path: Path) -> None:
    (tmp_path / "alike.yaml").write_text(STUDY)
    done = lrstudy(tmp_path, "run", "alike.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    records = pd.read_parquet(tmp_path / "results" / "alike" / "records.parquet")
    cyclic = records[(records["arm"] == "cyclic") & (records["stage"] == "search")]
    taken = cyclic[cyclic["training_seconds"] == 0]
    assert taken.groupby("run").size().tolist() == [2, 2], (
        "the first two of four trained the first cycle themselves"
    )
    assert (taken["epoch"] <= 2).all()
    assert (taken["shared_seconds"] > 0).all()
    for _, run in cyclic.groupby("run"):
        config = json.loads(run["config"].iloc[0]) | {"share_prefixes": None}
        alone = list(train(config))
        assert run["train_loss"].tolist() == [record.train_loss for record in alone]
        assert run["val_objective"].iloc[-1] == alone[-1].val_objective
    others = records[records["stage"] != "search"]
    assert (others["training_seconds"] > 0).all()
    assert list((cache_dir() / "prefixes").glob("alike-*")) == []
