"""Trackers beside MLflow: a table for a spreadsheet, and one of the user's own."""

import csv
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis.loading.run_metadata import RunMetadata
from study.cli import main
from study.errors import StudyError
from study.results.places import spec_without_places
from study.spec.study_file import SpecError, dump_spec
from study.tracking.background import BackgroundTracking, send_rest
from study.tracking.base import Tracker
from study.tracking.registry import TRACKERS, make_tracker, tracker_class
from tests.support.tracked import Study, record, spec
from trainables.record import without_epoch

OWN = """
from study.results.journal import read_records
from study.tracking.base import Tracker

class Names(Tracker):
    "Keeps the names of the runs that have ended in a text file."

    @property
    def place(self):
        return "the file of names"

    def send(self):
        ended = [row["run"] for row in read_records(self.results.journal) if row["status"] != "running"]
        (self.results.folder / "names.txt").write_text("\\n".join(ended))
        self.num_sent = len(ended)
        return False

    def close_study(self, status):
        self.send()
        with (self.results.folder / "names.txt").open("a") as file:
            file.write(f"\\n{status}")

class Endless(Names):
    def send(self):
        return True

    def close_study(self, status):
        super().send()
        self.num_sent += 1

class Refusing(Names):
    def __init__(self, results, spec, *, is_running):
        raise KeyError("token")


class Nowhere(Names):
    @property
    def place(self):
        raise KeyError("host")

class Half(Tracker):
    def send(self):
        return False
"""


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    made = Study(tmp_path, tracking=f"csv: '{tmp_path / 'tables'}'")
    yield made
    made.close()


def table(study: Study) -> pd.DataFrame:
    return pd.read_csv(study.results.folder.parents[1] / "tables" / "s.csv", keep_default_na=False)


def csv_tracker(study: Study, *, is_running: bool = True) -> Tracker:
    return make_tracker(study.results, study.spec, is_running=is_running)


def test_every_epoch_is_a_row_with_its_settings_its_metrics_and_its_status(study: Study) -> None:
    study.begin("fixed-0000")
    study.write("fixed-0000", record(1), record(2, status="finished", objective=0.2))
    study.end()
    csv_tracker(study).close_study("FINISHED")
    rows = table(study)
    assert rows[["run", "epoch", "status"]].astype(str).to_numpy().tolist() == [
        ["fixed-0000", "1", "running"], ["fixed-0000", "2", "finished"], ["", "", "FINISHED"],
    ]  # fmt: skip
    first = rows.iloc[0]
    assert (first["arm"], first["stage"], first["recipe"]) == ("fixed", "search", "fixed_rate")
    assert float(first["param/lr"]) == 0.01
    assert float(first["val/objective"]) == 0.1
    assert [float(first[key]) for key in ("lr/stem", "lr/head")] == [0.001, 0.01]
    assert first["test/loss"] == "", "what was not measured is empty, not 0"
    assert rows.iloc[2][["stage", "time"]].tolist() == ["study", "now"]


def test_a_study_that_is_resumed_appends_without_doubles(study: Study) -> None:
    study.begin("fixed-0000")
    study.write("fixed-0000", record(1))
    first = csv_tracker(study)
    assert first.send()
    assert not first.send()
    first.give_up()
    study.write("fixed-0000", record(2))
    second = csv_tracker(study)
    while second.send():
        pass
    second.close_study("KILLED")
    study.write("fixed-0000", without_epoch("failed", epochs=2))
    study.end()
    for _ in range(2):
        csv_tracker(study, is_running=False).close_study("FINISHED")
    rows = table(study).astype(str)
    assert rows[["epoch", "status"]].to_numpy().tolist() == [
        ["1", "running"], ["2", "running"], ["", "KILLED"], ["3", "failed"], ["", "FINISHED"],
    ]  # fmt: skip


def test_a_line_that_a_crash_cut_off_is_written_anew(study: Study) -> None:
    study.begin("fixed-0000")
    study.write("fixed-0000", record(1), record(2))
    for _ in range(2):
        tracker = csv_tracker(study)
        tracker.send()
        tracker.give_up()
    path = study.results.folder.parents[1] / "tables" / "s.csv"
    path.write_bytes(path.read_bytes()[:-20])
    csv_tracker(study).close_study("KILLED")
    assert table(study)["epoch"].astype(str).tolist() == ["1", "2", ""]


@pytest.mark.parametrize("kept", [0, 9, -1])
def test_a_header_that_a_crash_cut_off_is_written_anew(study: Study, kept: int) -> None:
    study.whole_run("fixed-0000")
    csv_tracker(study).close_study("FINISHED")
    path = study.results.folder.parents[1] / "tables" / "s.csv"
    whole = path.read_text()
    path.write_text(whole.splitlines(keepends=True)[0][:kept])
    csv_tracker(study).close_study("FINISHED")
    assert path.read_text() == whole


def test_a_table_of_something_else_is_not_written_into(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    path = study.results.folder.parents[1] / "tables" / "s.csv"
    path.parent.mkdir()
    path.write_text("a,b\n1,2\n")
    monkeypatch.setattr("study.tracking.background.RETRY_SECONDS", 0.0)
    with pytest.raises(
        StudyError, match=r"s\.csv did not take everything: .* it has other columns; move it away"
    ):
        send_rest(csv_tracker(study), "FINISHED")
    assert path.read_text() == "a,b\n1,2\n"


def test_a_table_grows_in_the_background_while_the_study_runs(study: Study) -> None:
    tracking = BackgroundTracking(csv_tracker(study))
    study.whole_run("fixed-0000")
    study.end()
    tracking.close("FINISHED")
    assert tracking.problem == ""
    with (study.results.folder.parents[1] / "tables" / "s.csv").open() as file:
        assert [row["status"] for row in csv.DictReader(file)] == [
            "running",
            "running",
            "finished",
            "FINISHED",
        ]


def test_a_table_is_written_where_there_is_no_mlflow(study: Study, tmp_path: Path) -> None:
    study.whole_run("fixed-0000")
    study.end()
    code = f"""
import sys
import zipfile
from pathlib import Path
sys.modules["mlflow"] = None
from study.results.folder import Results
from study.spec.study_file import load_spec
from study.tuning.finish import sync_results
from study.spec.study_file import dump_spec
results = Results(folder=Path({str(study.results.folder)!r}))
results.spec.write_text(dump_spec(load_spec({str(tmp_path / "s.yaml")!r})))
print(sync_results(results.folder))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "s.csv has all of it; its run is FINISHED" in done.stdout
    assert len(table(study)) == 4


def test_mlflow_is_the_default_and_every_registered_tracker_is_one(tmp_path: Path) -> None:
    assert spec(tmp_path, None).tracking.chosen == "mlflow"
    assert spec(tmp_path, None, tracking="csv: tables").tracking.chosen == "csv"
    for name in TRACKERS:
        assert issubclass(tracker_class(spec(tmp_path, None, tracking=f"tracker: {name}")), Tracker)


def test_one_of_the_users_own_is_named_and_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own_tracking.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)
    study = Study(tmp_path, tracking="tracker: 'own_tracking:Names'")
    study.whole_run("fixed-0000")
    tracking = BackgroundTracking(make_tracker(study.results, study.spec, is_running=True))
    tracking.close("FINISHED")
    assert (study.results.folder / "names.txt").read_text() == "fixed-0000\nFINISHED"
    study.close()


def test_one_that_always_has_more_to_send_does_not_hold_up_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_tracking.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("study.tracking.background.PAUSE_SECONDS", 0.0)
    study = Study(tmp_path, tracking="tracker: 'own_tracking:Endless'")
    study.whole_run("fixed-0000")
    tracking = BackgroundTracking(make_tracker(study.results, study.spec, is_running=True))
    time.sleep(0.2)
    closing = threading.Thread(target=tracking.close, args=("FINISHED",), daemon=True)
    closing.start()
    closing.join(10)
    assert not closing.is_alive()
    assert (study.results.folder / "names.txt").read_text() == "fixed-0000"
    study.close()


def test_one_that_cannot_say_its_place_is_refused_before_anything_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_tracking.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)
    study = Study(tmp_path, tracking="tracker: 'own_tracking:Nowhere'")
    with pytest.raises(StudyError, match=r"'own_tracking:Nowhere' can't be made \(KeyError: 'host'\)"):
        make_tracker(study.results, study.spec, is_running=True)
    study.close()


@pytest.mark.parametrize(
    ("tracking", "why"),
    [
        ("tracker: wandb", rf"'wandb' is not allowed; {', '.join(TRACKERS)}, or package\.module:name"),
        ("tracker: 'own_trackin:Names'", r"'own_trackin:Names' can't be imported"),
        ("tracker: 'own_tracking:Half'", r"does not fit; a class that defines close_study, place, too"),
        (
            "tracker: 'own_tracking:read_records'",
            r"does not fit; a class that derives from study\.tracking\.base",
        ),
    ],
)
def test_a_tracker_that_does_not_fit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tracking: str, why: str
) -> None:
    (tmp_path / "own_tracking.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(StudyError, match=f"tracking.tracker: .*{why}"):
        tracker_class(spec(tmp_path, None, tracking=tracking))


@pytest.mark.parametrize(
    "tracking", ["csv: a, uri: 'http://h'", "tracker: csv, uri: 'http://h'", "tracker: mlflow, csv: a"]
)
def test_settings_of_two_trackers_are_refused(tmp_path: Path, tracking: str) -> None:
    with pytest.raises(SpecError, match=r"tracking: .* one of them is allowed"):
        spec(tmp_path, None, tracking=tracking)


def test_what_is_of_mlflow_alone_says_that_the_study_is_tracked_otherwise(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    study.results.spec.write_text(dump_spec(study.spec))
    assert main(["ui", str(study.results.folder)]) == 1
    assert "the study has the tracker csv; MLflow shows nothing of it" in capsys.readouterr().err
    model = study.results.models / "fixed"
    model.mkdir(parents=True)
    (model / "MLmodel").write_text("metadata: {run: fixed-confirm-1}")
    assert main(["register", str(study.results.folder), "--arm", "fixed", "--as", "m"]) == 1
    assert "the study has the tracker csv; MLflow has no model of it" in capsys.readouterr().err


def test_the_tables_folder_is_a_place_and_no_part_of_what_a_study_is(tmp_path: Path) -> None:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    here, there = (spec(tmp_path / name, None, tracking="csv: tables") for name in ("here", "there"))
    assert here.tracking.csv == str(tmp_path / "here" / "tables")
    assert here != there
    assert spec_without_places(here) == spec_without_places(there)
    assert spec_without_places(here) != spec_without_places(spec(tmp_path / "here", None))


def extended_sample(folder: Path, tracker: str) -> tuple[dict[Path, bytes], dict[Path, bytes]]:
    """Files of the kept study before and after it was refused an extension, with a tracker of the user's own."""
    with zipfile.ZipFile(Path(__file__).parents[2] / "samples" / "version_0_1_0.zip") as packed:
        packed.extractall(folder)
    results = folder / "results" / "finished"
    text = (results / "study.yaml").read_text()
    (results / "study.yaml").write_text(text.replace("uri: null, experiment: lrstudy", f"tracker: {tracker}"))
    before = {file: file.read_bytes() for file in results.rglob("*") if file.is_file()}
    assert main(["extend", str(results), "--seeds", "1"]) == 1
    return before, {
        file: file.read_bytes() for file in results.rglob("*") if file.is_file() and file.name[-4:] != "lock"
    }


def test_an_extension_without_its_tracker_is_refused_before_anything_is_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("study.tuning.runner.prepare_study", lambda spec: pytest.fail("it was prepared"))
    before, after = extended_sample(tmp_path, "gone_tracking:Mine")
    assert "tracking.tracker: 'gone_tracking:Mine' can't be imported" in capsys.readouterr().err
    assert after == before


def test_an_extension_whose_tracker_cannot_be_made_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own_tracking.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)
    extended_sample(tmp_path, "own_tracking:Refusing")
    assert "tracking.tracker: 'own_tracking:Refusing' can't be made (KeyError: 'token')" in (
        capsys.readouterr().err
    )
    metadata = RunMetadata.read(tmp_path / "results" / "finished" / "run.json")
    assert metadata.extensions == ()
    assert metadata.ended is not None
