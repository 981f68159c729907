"""A traced run: the same numbers, and where the seconds of one epoch went."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from trainables import profiling
from trainables.data import PreparedData
from trainables.record import EpochRecord
from trainables.run import train

PLAN = {"recipe": "adaptation", "epochs": 4, "width": 4, "lr": 0.01, "num_threads": 1}
SECONDS = {
    name: 0.0
    for name in EpochRecord.__dataclass_fields__
    if name.endswith("_seconds") or name == "images_per_second"
}


# PyTorch's profiler warns where a machine has no GPU that it could trace
@pytest.mark.filterwarnings("default")
def test_a_trace_changes_no_number_and_says_where_the_seconds_went(
    digits: PreparedData, tmp_path: Path
) -> None:
    plain = [replace(record, **SECONDS) for record in train({**PLAN, "data": digits.key})]
    file = tmp_path / "traces" / "adapted.json"
    traced = list(train({**PLAN, "data": digits.key, "profile": str(file)}))
    assert [replace(record, **SECONDS) for record in traced] == plain

    found = json.loads(file.read_text())
    assert (found["epoch"], found["phase"]) == (3, "all")
    seconds = found["seconds"]
    assert all(seconds[part] > 0 for part in ("batches", "forward", "backward", "optimizer"))
    assert found["num_steps"] == traced[2].num_steps
    parts = sum(seconds.values()) - seconds["rest of the loop"]
    assert sum(seconds.values()) <= max(parts, traced[2].training_seconds) + 1e-9
    operations = {name: calls for name, _, calls in found["operations"]}
    assert operations["aten::convolution_backward"] == 9 * traced[2].num_steps
    with gzip.open(file.with_suffix(".trace.json.gz")) as trace:
        assert json.load(trace)["traceEvents"]


@pytest.mark.filterwarnings("default")
def test_no_more_than_the_first_steps_are_traced(
    digits: PreparedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiling, "MAX_STEPS", 2)
    file = tmp_path / "t.json"
    list(train({**PLAN, "data": digits.key, "profile": str(file)}))
    found = json.loads(file.read_text())
    assert found["num_steps"] == 2
    assert dict(o[::2] for o in found["operations"])["aten::convolution_backward"] == 9 * 2


@pytest.mark.filterwarnings("default")
def test_a_trace_that_cannot_be_written_ends_no_run(digits: PreparedData, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    records = list(train({**PLAN, "data": digits.key, "profile": str(tmp_path / "file" / "t.json")}))
    assert records[-1].status == "finished"


def test_a_last_phase_of_one_epoch_has_none_to_trace(digits: PreparedData, tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    list(train({**PLAN, "epochs": 2, "data": digits.key, "profile": str(file)}))
    assert not file.exists()
