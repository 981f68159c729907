"""The JSON of report and status, as a script reads it, and docs/json.md, which says what it means."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.figures import registry
from study.cli import main
from tests.support.synthetic_study import two_arm_runs, write_study

DOCUMENTED = Path(__file__).resolve().parents[3] / "docs" / "json.md"
NAMES = {
    "arms",
    "probability_best",
    "leader_minus_other",
    "arm_minus_other",
    "left_out",
    "seconds_by_arm",
    "runs",
}
"""Mappings whose keys are names of arms or stages."""


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(registry, "FIGURES", ())
    return write_study(tmp_path / "toy", two_arm_runs(gain=0.0, test_gain=1))


def printed(capsys: pytest.CaptureFixture[str], *command: str) -> dict[str, Any]:
    assert main([*command, "--json"]) == 0

    def refuse(text: str) -> None:
        raise AssertionError(f"{text} is no JSON")

    values: dict[str, Any] = json.loads(capsys.readouterr().out, parse_constant=refuse)
    return values


def keys_of(values: Any, *, names: bool = False) -> Iterator[str]:
    if isinstance(values, list):
        for each in values:
            yield from keys_of(each)
    if isinstance(values, dict):
        for key, each in values.items():
            yield from [] if names else [key]
            yield from keys_of(each, names=key in NAMES)


def test_report_and_status_say_the_same_and_every_key_is_documented(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = printed(capsys, "report", str(results))
    (contrast,) = report["contrasts"]
    assert (report["version"], contrast["verdict"], contrast["arm"]) == (1, "undecided", "adapted")
    assert contrast["low"] < contrast["difference"] < contrast["high"]
    assert sum(report["decision"]["probability_best"].values()) == pytest.approx(1.0)
    assert report["costs"]["money"] == pytest.approx(0.1)
    seeds = contrast["further"]["seeds"]
    assert report["next"]["commands"] == [f"lrstudy extend {results} --seeds {seeds}"]
    status = printed(capsys, "status", str(results))
    assert (status["version"], status["state"]) == (1, "ended")
    assert status["answer"] == {key: value for key, value in report.items() if key != "folder"}
    assert status["next"] == report["next"]
    documented = set(re.findall(r"`([a-z_]+)`", DOCUMENTED.read_text()))
    assert {*keys_of(report), *keys_of(status)} - documented == set()


def test_a_study_that_was_broken_off_is_to_be_resumed(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metadata = json.loads((results / "run.json").read_text())
    del metadata["ended"]
    (results / "run.json").write_text(json.dumps(metadata))
    status = printed(capsys, "status", str(results))
    assert (status["state"], status["answer"]) == ("interrupted", None)
    assert status["next"]["commands"] == [f"lrstudy resume {results}"]
