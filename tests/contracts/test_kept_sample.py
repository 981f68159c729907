"""Results, caches and saved states of version 0.1.0 are still opened: nobody loses a study by an update."""

import json
import zipfile
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest

from study.cli import main
from trainables.checkpoint import load_state
from trainables.run import epochs

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "version_0_1_0.zip"


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample, unpacked, its cache in use."""
    with zipfile.ZipFile(SAMPLE) as packed:
        packed.extractall(tmp_path)
    monkeypatch.setenv("LRSTUDY_CACHE", str(tmp_path / "cache"))
    return tmp_path


def test_a_finished_study_is_compared_as_it_was(sample: Path) -> None:
    results = sample / "results" / "finished"
    before = (results / "comparison.txt").read_text()
    assert main(["report", str(results)]) == 0
    after = (results / "comparison.txt").read_text()
    before = before.replace(
        "0.463 \N{PLUS-MINUS SIGN} 0.122", "0.46 \N{PLUS-MINUS SIGN} 0.12"
    )  # fewer digits today
    tables, old_tables = (
        [line.split() for line in text.splitlines() if line.startswith("  ")] for text in (after, before)
    )
    old_tables = [["as judged" if cell == "simultaneous" else cell for cell in row] for row in old_tables]
    assert [" ".join(row) for row in tables] == [" ".join(row) for row in old_tables]
    answer = " ".join(after.split())
    assert answer.startswith(
        "fixed is better than adapted by 0.420, at least 0.327 and at most 0.513: test accuracy"
    )
    assert "0.383 against 0.802, a difference of \N{MINUS SIGN}0.420" in answer
    assert (results / "report.html").stat().st_size > 100_000


@pytest.mark.parametrize(("name", "state"), [("finished", "ended"), ("interrupted", "interrupted")])
def test_its_status_is_told(sample: Path, capsys: pytest.CaptureFixture[str], name: str, state: str) -> None:
    assert main(["status", str(sample / "results" / name)]) == 0
    assert f"{name}: {state}" in capsys.readouterr().out


@pytest.mark.parametrize("epoch", [1, 4])
def test_a_run_goes_on_from_its_saved_state_to_the_bit(sample: Path, epoch: int) -> None:
    kept = json.loads((sample / "states" / "run.json").read_text())
    state = load_state(sample / "states" / f"state-{epoch}.pt")
    config = {**kept["config"], "cache": str(sample / "cache")}
    records = [asdict(record) for _, record in epochs(config, state)]
    expected = kept["records"][epoch:]
    assert [{key: record[key] for key in expected[0]} for record in records] == expected


def test_what_lies_in_the_cache_is_found_and_not_made_again(sample: Path) -> None:
    kept = json.loads((sample / "states" / "run.json").read_text())
    before = {file: file.stat().st_mtime_ns for file in (sample / "cache").rglob("*.npy")}
    records = [record for _, record in epochs({**kept["config"], "cache": str(sample / "cache")})]
    assert [record.val_loss for record in records] == [each["val_loss"] for each in kept["records"]]
    assert {file: file.stat().st_mtime_ns for file in (sample / "cache").rglob("*.npy")} == before


@pytest.mark.slow
def test_an_interrupted_study_is_resumed(sample: Path) -> None:
    results = sample / "results" / "interrupted"
    before = pd.read_parquet(results / "records.parquet")
    assert main(["resume", str(results)]) == 0
    after = pd.read_parquet(results / "records.parquet")
    ended = before[before.groupby("run")["status"].transform("last") != "running"]
    same = after.merge(ended[["run", "epoch", "val_loss"]], on=["run", "epoch"], suffixes=("", "_before"))
    assert len(same) == len(ended) > 0
    pd.testing.assert_series_equal(
        same["val_loss"], same["val_loss_before"], check_names=False, check_exact=True
    )
    assert set(after.groupby("stage")["run"].nunique().index) == {"search", "selection", "confirm"}
