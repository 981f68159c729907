"""MLflow for real: a SQLite store, the client's own view of what arrived."""

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from study.jobs import Job
from study.metrics import ALL_METRICS, epoch_metrics
from study.tracking import Tracker
from trainables.record import EpochRecord, RunInfo

pytestmark = pytest.mark.filterwarnings("default")


def job(run: str = "fixed-0001") -> Job:
    info = RunInfo(
        study="s", arm="fixed", stage="search", run=run, seed=0, architecture="small_resnet", recipe="fixed_rate",
        overall=False, config="{}",
    )  # fmt: skip
    return Job(info=info, config={"lr": 0.01, "recipe": "fixed_rate", "note": "x" * 7000})


def record(epoch: int) -> EpochRecord:
    return EpochRecord(
        epoch=epoch, phase="all", cycle=0, cycle_ended=False, judged=True, status="running",
        rates={"stem": 0.001, "head": 0.01}, num_steps=3, body_passes=9, val_objective=0.1 * epoch, train_loss=1.0,
    )  # fmt: skip


def tracker(folder: Path, **more: Any) -> Tracker:
    values = {"uri": f"sqlite:///{folder / 'mlflow.db'}", "artifacts": (folder / "artifacts").as_uri()}
    return Tracker(**{**values, "experiment": "lrstudy", "name": "s", **more})


def client(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow.tracking import MlflowClient

        return MlflowClient(tracking_uri=f"sqlite:///{folder / 'mlflow.db'}")


def test_a_study_has_one_run_and_its_trials_lie_below_it(tmp_path: Path) -> None:
    track = tracker(tmp_path)
    track.begin_study(params={"commit": "abc"}, tags={"study": "s"})
    for run, status in (("fixed-0000", "finished"), ("fixed-0001", "diverged"), ("fixed-0002", "running")):
        track.begin(job(run))
        for epoch in range(1, 31):
            track.log(job(run), record(epoch))
        track.end(job(run), status=status, summary={"final_objective": 3.0})
    report = tmp_path / "figures" / "x.png"
    report.parent.mkdir()
    report.write_bytes(b"png")
    track.end_study(status="FINISHED", folder=tmp_path, files=[report], note="no difference shown")
    track.close()
    assert track.problem == ""

    mlflow = client(tmp_path)
    experiment = mlflow.get_experiment_by_name("lrstudy")
    runs = {run.info.run_name: run for run in mlflow.search_runs([experiment.experiment_id])}
    assert set(runs) == {"s", "fixed-0000", "fixed-0001", "fixed-0002"}
    assert {name: run.info.status for name, run in runs.items()} == {
        "s": "FINISHED", "fixed-0000": "FINISHED", "fixed-0001": "FAILED", "fixed-0002": "KILLED",
    }  # fmt: skip
    trial = runs["fixed-0000"]
    assert trial.data.tags["mlflow.parentRunId"] == runs["s"].info.run_id
    assert trial.data.params["lr"] == "0.01"
    assert len(trial.data.params["note"]) == 6000
    history = mlflow.get_metric_history(trial.info.run_id, "val/objective")
    assert [(m.step, round(m.value, 6)) for m in history] == [(e, round(0.1 * e, 6)) for e in range(1, 31)]
    assert trial.data.metrics["final_objective"] == 3.0
    assert [f.path for f in mlflow.list_artifacts(runs["s"].info.run_id)] == ["figures"]
    assert "no difference" in runs["s"].data.tags["mlflow.note.content"]


def test_metrics_go_in_batches(tmp_path: Path) -> None:
    track = tracker(tmp_path)
    track.begin_study(params={}, tags={})
    track.begin(job())
    for epoch in range(1, 101):
        track.log(job(), record(epoch))
    track.end(job(), status="finished", summary={})
    track.close()
    # one request for the parameters, one for 100 epochs of 4 metrics; a slow machine may flush once more between
    assert track.num_requests <= 4


def test_a_store_that_cannot_be_reached_is_a_sentence_and_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way of a folder")
    track = tracker(tmp_path, uri=f"sqlite:///{tmp_path / 'file'}/x.db", artifacts=None)
    track.begin_study(params={}, tags={})
    track.begin(job())
    track.close()
    assert track.problem.startswith("MLflow at sqlite:")


def test_at_most_twenty_metric_keys_and_all_of_them_real() -> None:
    assert len(ALL_METRICS) <= 20
    assert len(set(ALL_METRICS)) == len(ALL_METRICS)
    full = replace(record(1), val_loss=0.5, test_loss=0.1)
    assert set(epoch_metrics(full)) <= set(ALL_METRICS)
    assert "val/loss" not in epoch_metrics(record(1))
    assert epoch_metrics(record(1))["lr/head"] == 0.01
    assert epoch_metrics(record(1))["lr/stem"] == 0.001
