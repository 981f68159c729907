"""MLflow for real: a SQLite store or a server, the client's own view of what arrived."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from study.errors import StudyError
from study.tracking import background
from study.tracking.background import BackgroundTracking, send_rest
from study.tracking.metrics import ALL_METRICS, epoch_metrics
from study.tracking.mlflow_tracker.store import open_store
from tests.support.tracked import Study, info, record, send_all
from trainables.data import DataSource
from trainables.record import to_row

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def study(tmp_path: Path) -> Any:
    made = Study(tmp_path)
    yield made
    made.close()


def test_a_study_has_one_run_and_its_trials_lie_below_it(study: Study) -> None:
    study.whole_run("fixed-0000", epochs=30)
    study.whole_run("fixed-0001", status="diverged")
    study.begin("fixed-0002")
    study.write("fixed-0002", record(1))
    report = study.results.folder / "figures" / "x.png"
    report.parent.mkdir()
    report.write_bytes(b"png")
    (study.results.folder / "comparison.txt").write_text("no difference shown")
    study.end()
    study.mlflow().close_study("FINISHED")

    runs = study.runs()
    assert {name: run.info.status for name, run in runs.items()} == {
        "s": "FINISHED", "fixed-0000": "FINISHED", "fixed-0001": "FAILED", "fixed-0002": "KILLED",
    }  # fmt: skip
    trial = runs["fixed-0000"]
    assert trial.data.tags["mlflow.parentRunId"] == runs["s"].info.run_id
    shown = {key: trial.data.tags[key] for key in ("study", "arm", "architecture", "data", "seed", "recipe")}
    assert all(len(value) <= 10 for value in shown.values())
    assert trial.data.params["lr"] == "0.01"
    assert trial.data.params["log10_lr"] == "-2.0"
    assert len(trial.data.params["note"]) == 6000
    assert study.history(trial) == [(epoch, round(0.1 * epoch, 6)) for epoch in range(1, 31)]
    assert trial.data.metrics["final_objective"] == 3.0
    assert trial.data.metrics["best_objective"] == 3.0
    assert [i.dataset.name for i in runs["s"].inputs.dataset_inputs] == [
        "digits-train", "digits-val", "digits-test",
    ]  # fmt: skip
    assert "figures" in [f.path for f in study.client.list_artifacts(runs["s"].info.run_id)]
    assert "no difference" in runs["s"].data.tags["mlflow.note.content"]


def test_metrics_go_in_batches(study: Study) -> None:
    study.whole_run("fixed-0000", epochs=100)
    sync = study.mlflow()
    send_all(sync)
    # study and trial: themselves, parameters, inputs; two views; of the trial 902 metrics in two batches, and its end
    assert sync.num_requests == 11


def test_what_was_sent_is_not_sent_again_by_the_next_driver(study: Study) -> None:
    study.begin("fixed-0000")
    study.write("fixed-0000", record(1), record(2))
    send_all(study.mlflow())
    study.write("fixed-0000", record(3), record(4, status="finished", objective=0.4))
    second = study.mlflow()
    send_all(second)
    assert study.history(study.runs()["fixed-0000"]) == [(1, 0.1), (2, 0.2), (3, 0.3), (4, 0.4)]
    third = study.mlflow()
    send_all(third)
    assert third.num_requests == 0


def test_a_server_that_fails_every_second_time_gets_everything(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many files as would never all arrive in one go."""
    from mlflow.tracking import MlflowClient

    figures = study.results.folder / "figures"
    figures.mkdir(parents=True)
    names = [f"{number}.png" for number in range(12)]
    for name in names:
        (figures / name).write_bytes(b"png")
    (study.results.folder / "comparison.txt").write_text("no difference shown")
    study.whole_run("fixed-0000")
    study.end()
    log_artifact, calls = MlflowClient.log_artifact, iter(range(1000))

    def failing(self: MlflowClient, *arguments: Any) -> None:
        if next(calls) % 2 == 0:
            raise ConnectionError("try again")
        log_artifact(self, *arguments)

    monkeypatch.setattr(MlflowClient, "log_artifact", failing)
    monkeypatch.setattr(background, "RETRY_SECONDS", 0.0)
    send_rest(study.mlflow(), "FINISHED")
    runs = study.runs()
    assert {run.info.status for run in runs.values()} == {"FINISHED"}
    found = study.client.list_artifacts(runs["s"].info.run_id, "figures")
    assert {Path(file.path).name for file in found} == set(names)
    beside = {file.path for file in study.client.list_artifacts(runs["s"].info.run_id)}
    assert {"comparison.txt", "run.json"} <= beside
    assert "no difference" in runs["s"].data.tags["mlflow.note.content"]


def test_a_server_that_takes_nothing_is_given_up(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    study.whole_run("fixed-0000")
    study.end()
    sync, attempts = study.mlflow(), []

    def away(status: str) -> None:
        attempts.append(status)
        raise ConnectionError("nobody there")

    monkeypatch.setattr(sync, "close_study", away)
    monkeypatch.setattr(background, "RETRY_SECONDS", 0.0)
    with pytest.raises(StudyError, match="did not take everything: ConnectionError: nobody there"):
        send_rest(sync, "FINISHED")
    assert len(attempts) == background.ATTEMPTS


@pytest.mark.parametrize("lost", [True, False])
def test_a_driver_that_died_between_sending_and_noting_it_sends_nothing_twice(
    study: Study, lost: bool
) -> None:
    study.whole_run("fixed-0000")
    study.begin("fixed-0001")
    study.write("fixed-0001", record(1))
    send_all(study.mlflow())
    acknowledged = study.results.journal / "mlflow.json"
    if lost:
        acknowledged.unlink()
    else:
        acknowledged.write_text(
            json.dumps({**json.loads(acknowledged.read_text()), "events": 0, "records": 0})
        )
    study.mlflow().close_study("KILLED")
    runs = study.runs()
    assert {name: run.info.status for name, run in runs.items()} == {
        "s": "KILLED", "fixed-0000": "FINISHED", "fixed-0001": "KILLED",
    }  # fmt: skip
    assert study.history(runs["fixed-0000"]) == [(1, 0.1), (2, 0.2), (3, 0.3)]
    assert study.history(runs["fixed-0001"]) == [(1, 0.1)]


def test_an_epoch_that_stands_twice_in_the_journal_is_shown_once(study: Study) -> None:
    study.begin("fixed-0000")
    study.write("fixed-0000", record(1), record(2), record(1), record(2), record(3))
    send_all(study.mlflow())
    assert study.history(study.runs()["fixed-0000"]) == [(1, 0.1), (2, 0.2), (3, 0.3)]


def test_a_study_that_goes_on_opens_its_runs_again(study: Study) -> None:
    study.begin("fixed-0000")
    study.write("fixed-0000", record(1))
    study.mlflow().close_study("KILLED")
    assert study.runs()["fixed-0000"].info.status == "KILLED"
    study.write("fixed-0000", record(2))
    send_all(study.mlflow())
    assert {run.info.status for run in study.runs().values()} == {"RUNNING"}
    study.write("fixed-0000", record(3, status="finished", objective=0.3))
    study.mlflow().close_study("FINISHED")
    assert {run.info.status for run in study.runs().values()} == {"FINISHED"}


def test_a_run_that_somebody_deleted_does_not_hold_up_the_others(study: Study) -> None:
    study.begin("fixed-0000")
    study.write("fixed-0000", record(1))
    sync = study.mlflow()
    send_all(sync)
    runs = study.runs()
    study.client.delete_run(runs["fixed-0000"].info.run_id)
    study.write("fixed-0000", record(2))
    study.whole_run("fixed-0001")
    send_all(sync)
    assert sync.num_refused == 1
    assert study.runs()["fixed-0001"].info.status == "FINISHED"


def test_a_store_that_cannot_be_reached_is_a_sentence_and_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way of a folder")
    study = Study(tmp_path, uri=f"sqlite:///{tmp_path / 'file'}/x.db")
    study.whole_run("fixed-0000")
    tracker = BackgroundTracking(study.mlflow())
    tracker.close("FINISHED", patience_seconds=0.0)
    assert tracker.problem.startswith("MLflow at sqlite:")
    assert "lrstudy sync" in tracker.problem
    study.close()


def test_at_most_twenty_metric_keys_and_all_of_them_real() -> None:
    assert len(ALL_METRICS) <= 20
    assert len(set(ALL_METRICS)) == len(ALL_METRICS)
    full = epoch_metrics(to_row(info(), record(1, val_loss=0.5, test_loss=0.1)))
    assert set(full) <= set(ALL_METRICS)
    plain = epoch_metrics(to_row(info(), record(1)))
    assert "val/loss" not in plain
    assert plain["lr/head"] == 0.01
    assert plain["lr/stem"] == 0.001


@pytest.mark.slow
def test_two_studies_begin_at_once_on_one_sqlite_store(tmp_path: Path) -> None:
    """Each in a process of its own, as two drivers are; neither finds the store there when it begins."""
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    code = (
        "import sys\nfrom pathlib import Path\nfrom tests.support.tracked import Study\n"
        "folder, uri, study_id = sys.argv[1:]\n"
        "study = Study(Path(folder), uri, study_id=study_id)\n"
        "sync = study.mlflow()\n"
        "for number in range(20):\n    study.whole_run(f'fixed-{number:04d}')\n    sync.send()\n"
        "study.end()\nsync.close_study('FINISHED')\nstudy.close()\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / name), uri, name * 32],
            cwd=Path(__file__).parents[4], stderr=subprocess.PIPE, text=True,
        )
        for name in "ab"
    ]  # fmt: skip
    for process in processes:
        _, problem = process.communicate(timeout=280)
        assert process.returncode == 0, problem
    reader = Study(tmp_path / "reader", uri)
    for name in "ab":
        reader.metadata = replace(reader.metadata, study_id=name * 32)
        runs = reader.runs(uri)
        assert sorted(runs) == [*(f"fixed-{number:04d}" for number in range(20)), "s"]
        assert {run.info.status for run in runs.values()} == {"FINISHED"}
        assert all(len(reader.history(run)) == 3 for key, run in runs.items() if key != "s")
    reader.close()


def test_mlflow_takes_all_of_a_study_whose_names_are_anything(study: Study) -> None:
    hostile = ("$\\frac{$", "=1+1", "<b>", "[/red]", "a/b:c%'\"", "猫\N{CAT FACE}", " ", "x" * 255)
    tracking = study.spec.tracking.model_copy(update={"experiment": "$a$ <b>/%41:'\";`"})
    target = DataSource(folder=f"/images/{hostile[-1]}", group="(\\d+)'\"`")
    data = study.spec.data.model_copy(update={"target": target})
    study.spec = study.spec.model_copy(update={"name": "v1.2_猫", "tracking": tracking, "data": data})
    study.metadata = replace(study.metadata, classes=hostile)
    study.metadata.write(study.results.run_metadata)
    study.whole_run("猫-v1-confirm-0")
    model = study.results.models / "猫-v1"
    model.mkdir(parents=True)
    (model / "MLmodel").write_text("metadata: {run: 猫-v1-confirm-0}", encoding="utf-8")
    study.end()
    sync = study.mlflow(is_running=False)
    sync.close_study("FINISHED")
    assert sync.refused == ""
    client, experiment = open_store(sync.uri, experiment=tracking.experiment, artifacts=None)
    (logged,) = client.search_logged_models([experiment])
    assert logged.name == "v1_2_猫-猫-v1"
    run = client.get_run(logged.source_run_id)
    assert json.loads(run.inputs.dataset_inputs[0].dataset.profile)["classes"] == list(hostile)
