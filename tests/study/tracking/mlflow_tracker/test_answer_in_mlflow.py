"""The answer in MLflow: on the study's run, and on a run of each arm."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.tracked import Study, an_answer

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def study(tmp_path: Path) -> Any:
    made = Study(tmp_path)
    made.whole_run("fixed-0000")
    made.end(ended="2026-11-29T12:00:00+00:00")
    yield made
    made.close()


def write(study: Study, answer: dict[str, Any]) -> None:
    (study.results.folder / "comparison.txt").write_text("in full")
    (study.results.folder / "answer.json").write_text(json.dumps(answer))


def test_verdict_difference_interval_and_probability_are_metrics_and_tags(study: Study) -> None:
    write(study, an_answer())
    study.mlflow().close_study("FINISHED")
    runs = study.runs()
    assert set(runs) == {"s", "fixed-0000", "adapted", "fixed"}
    arm = runs["adapted"]
    assert arm.data.metrics == {
        "difference": 0.1, "difference_low": 0.04, "difference_high": 0.16, "probability_best": 0.98,
        "test/objective": 0.9, "cost_seconds": 2.0,
    }  # fmt: skip
    assert (arm.data.tags["verdict"], arm.data.tags["stage"]) == ("better", "arm")
    assert arm.data.tags["mlflow.parentRunId"] == runs["s"].info.run_id
    assert arm.info.status == "FINISHED"
    assert arm.info.end_time >= arm.info.start_time
    assert runs["fixed"].data.metrics == {
        "probability_best": 0.02,
        "test/objective": 0.8,
        "cost_seconds": 3.0,
    }
    assert runs["fixed"].data.tags["verdict"] == "reference"
    whole = runs["s"]
    assert whole.data.metrics == arm.data.metrics
    assert whole.data.tags["verdict"] == "Use adapted: better than fixed by 0.040 to 0.160."
    assert whole.data.tags["use"] == "adapted"
    note = whole.data.tags["mlflow.note.content"]
    assert note.startswith("**Use adapted: better than fixed by 0.040 to 0.160.**\n\n| arm |")
    (row,) = [line for line in note.splitlines() if line.startswith("| adapted")]
    cells = ["adapted", "0.900", "+0.100", "95%: +0.040 to +0.160", "better", "98%"]
    assert [cell.strip() for cell in row.strip("|").split("|")] == cells
    assert "- The split is small \\| very.\n" in note
    assert f"```\nlrstudy extend {study.results.folder} --seeds 7\n```" in note
    assert "answer.json" in {file.path for file in study.client.list_artifacts(whole.info.run_id)}


def test_a_new_answer_is_sent_and_the_same_one_is_not(study: Study) -> None:
    write(study, an_answer())
    study.mlflow().close_study("FINISHED")
    again = study.mlflow(is_running=False)
    again.close_study("FINISHED")
    assert again.num_requests == 0
    write(study, an_answer(difference=0.05))
    os.utime(study.results.folder / "answer.json", (2e9, 2e9))
    study.mlflow(is_running=False).close_study("FINISHED")
    runs = study.runs()
    assert len(runs) == 4
    assert runs["adapted"].data.metrics["difference"] == 0.05


def test_a_report_without_an_answer_is_described_by_its_text(study: Study) -> None:
    (study.results.folder / "comparison.txt").write_text("no difference shown")
    study.mlflow().close_study("FINISHED")
    runs = study.runs()
    assert set(runs) == {"s", "fixed-0000"}
    assert runs["s"].data.tags["mlflow.note.content"] == "```\nno difference shown\n```"
