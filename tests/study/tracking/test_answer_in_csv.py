"""The answer beside the CSV tracker's table."""

import csv
import json
from pathlib import Path

from study.tracking.csv_tracker import CsvTracker
from tests.support.tracked import Study, an_answer


def test_the_answer_is_a_table_with_a_row_an_arm(tmp_path: Path) -> None:
    study = Study(tmp_path, tracking=f"csv: {tmp_path}")
    study.whole_run("fixed-0000")
    study.end()
    tracker = CsvTracker(study.results, study.spec, is_running=False)
    tracker.close_study("FINISHED")
    assert not (tmp_path / "s-answer.csv").exists()
    (study.results.folder / "comparison.txt").write_text("in full")
    (study.results.folder / "answer.json").write_text(json.dumps(an_answer()))
    tracker.close_study("FINISHED")
    with (tmp_path / "s-answer.csv").open(newline="") as file:
        adapted, fixed = csv.DictReader(file)
    assert adapted == {
        "study_id": "5" * 32, "arm": "adapted", "verdict": "better", "use": "yes", "difference": "0.1",
        "difference_low": "0.04", "difference_high": "0.16", "probability_best": "0.98", "test/objective": "0.9",
        "cost_seconds": "2.0",
    }  # fmt: skip
    assert (fixed["verdict"], fixed["use"], fixed["difference"]) == ("reference", "no", "")
    study.close()
