"""A traced run: the same numbers, and where the seconds of one epoch went."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

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
    assert sum(seconds.values()) == pytest.approx(
        traced[2].training_seconds + traced[2].validation_seconds, rel=0.05
    )
    operations = {name: calls for name, _, calls in found["operations"]}
    assert operations["aten::convolution_backward"] == 9 * traced[2].num_steps
    with gzip.open(file.with_suffix(".trace.json.gz")) as trace:
        assert json.load(trace)["traceEvents"]


def test_a_last_phase_of_one_epoch_has_none_to_trace(digits: PreparedData, tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    list(train({**PLAN, "epochs": 2, "data": digits.key, "profile": str(file)}))
    assert not file.exists()
