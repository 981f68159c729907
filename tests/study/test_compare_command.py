"""`lrstudy compare`: what it prints, writes, and refuses."""

import json
from pathlib import Path

import pytest
from filelock import FileLock

from study.cli import main
from tests.support.synthetic_study import write_named


@pytest.fixture
def two(tmp_path: Path) -> list[str]:
    return [str(write_named(tmp_path, name, test_gain=gain)) for name, gain in {"a": 12, "b": 15}.items()]


def test_compare_prints_the_answer_and_writes_the_page(
    two: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert main(["compare", *two]) == 0
    printed = capsys.readouterr().out
    assert "adapted against fixed" not in printed  # it is pooled
    assert "b: adapted (shown to be best" in printed
    assert printed.splitlines()[-1] == "The whole comparison: comparison/compare.html"
    names = {file.name for file in (tmp_path / "comparison").iterdir()}
    assert names == {"compare.html", "forest_1.svg", "differences.csv", "studies.csv"}
    assert {file.name for file in (tmp_path / "a").iterdir()} == {
        "study.yaml", "run.json", "records.parquet", "predictions.parquet",
    }  # fmt: skip


def test_json_is_all_that_is_printed(two: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["compare", *two, "--out", str(tmp_path / "out"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["study"] for each in found["differences"]] == ["a", "b", "all data sets"]
    assert found["studies"][0]["use"] == "adapted"


def test_a_study_that_runs_is_refused(two: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with FileLock(Path(two[1]) / "driver.lock"):
        assert main(["compare", *two, "--out", str(tmp_path / "out")]) == 1
    assert "b: the study is running; compare it when it has ended" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_what_is_no_comparison_is_refused(two: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x").touch()
    for arguments, words in (
        (["compare", two[0]], "give two results folders or more"),
        (["compare", two[0], str(tmp_path)], "holds no study"),
        (["compare", *two, "--out", str(tmp_path / "mine")], "holds something other than a comparison"),
    ):
        assert main(arguments) == 1
        assert words in capsys.readouterr().err
