"""Tracking servers that are killed, slow, failing, behind a password, on PostgreSQL, with artifacts on S3."""

import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from benchmarks.harness.servers import POSTGRESQL, MlflowServer, failing_proxy, postgresql
from study.tracking.background import BackgroundTracking
from study.tuning.finish import sync_results
from tests.support.tracked import Study, record, send_all

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server for all tests, since it takes long to start; one that kills it starts it again."""
    made = MlflowServer(tmp_path_factory.mktemp("server"))
    made.start()
    yield made
    made.kill()


def new_study(folder: Path, uri: str) -> Study:
    """Return a study that no other test has sent."""
    return Study(folder, uri=uri, study_id=uuid.uuid4().hex)


def test_a_server_that_is_killed_and_comes_back_gets_everything(tmp_path: Path, server: MlflowServer) -> None:
    study = new_study(tmp_path, server.uri)
    tracker = BackgroundTracking(study.mlflow())
    study.whole_run("fixed-0000")
    study.begin("fixed-0001")
    study.write("fixed-0001", record(1))
    _wait_for((study.results.journal / "mlflow.json").exists)
    server.kill()
    study.write("fixed-0001", record(2))
    _wait_for(lambda: bool(tracker.away))
    assert "lrstudy sync" in tracker.problem
    study.write("fixed-0001", record(3, status="finished", objective=0.3))
    study.whole_run("fixed-0002", status="diverged")
    server.start()
    study.end()
    tracker.close("FINISHED", patience_seconds=120.0)
    assert tracker.problem == ""
    _assert_whole(study, server.uri)
    study.close()


def test_what_a_server_missed_that_came_back_too_late_is_sent_by_sync(
    tmp_path: Path, server: MlflowServer
) -> None:
    study = new_study(tmp_path, server.uri)
    send_all(study.mlflow())
    server.kill()
    study.whole_run("fixed-0000")
    study.whole_run("fixed-0001")
    study.whole_run("fixed-0002", status="diverged")
    study.end()
    tracker = BackgroundTracking(study.mlflow())
    tracker.close("FINISHED", patience_seconds=0.0)
    assert "Nothing is lost" in tracker.problem
    study.close()
    server.start()
    (study.results.spec).write_text((tmp_path / "s.yaml").read_text())
    for _ in range(2):
        assert "has all of it; its run is FINISHED" in sync_results(study.results.folder)
    _assert_whole(study, server.uri)


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.faults)])
def test_answers_that_are_late_or_lost_or_refused_leave_nothing_out_and_nothing_twice(
    tmp_path: Path, server: MlflowServer, seed: int
) -> None:
    with failing_proxy(server.uri, seed=seed) as uri:
        study = new_study(tmp_path, uri)
        tracker = BackgroundTracking(study.mlflow())
        study.whole_run("fixed-0000")
        study.whole_run("fixed-0001")
        study.whole_run("fixed-0002", status="diverged")
        study.end()
        tracker.close("FINISHED", patience_seconds=240.0)
        assert tracker.problem == ""
    _assert_whole(study, server.uri)
    study.close()


def test_two_studies_at_once_on_one_server(tmp_path: Path, server: MlflowServer) -> None:
    studies = [new_study(tmp_path / name, server.uri) for name in ("1", "2")]
    trackers = [BackgroundTracking(study.mlflow()) for study in studies]
    for study in studies:
        study.whole_run("fixed-0000")
        study.whole_run("fixed-0001")
        study.whole_run("fixed-0002", status="diverged")
        study.end()
    for tracker in trackers:
        tracker.close("FINISHED")
        assert tracker.problem == ""
    for study in studies:
        _assert_whole(study, server.uri)
        study.close()


@pytest.mark.skipif(not POSTGRESQL, reason="needs Debian's postgresql")
def test_postgresql_with_a_password_and_artifacts_on_s3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password is in the environment alone: nothing that is written holds it. A proxy is set, and not used."""
    from moto.server import ThreadedMotoServer

    secret = "correct-horse-battery"
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    moto.start()
    host, port = moto.get_host_and_port()
    s3 = {
        "MLFLOW_S3_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y",
        "AWS_DEFAULT_REGION": "us-east-1",
    }  # fmt: skip
    import boto3

    client = boto3.client("s3", endpoint_url=s3["MLFLOW_S3_ENDPOINT_URL"], region_name="us-east-1",
                          aws_access_key_id="x", aws_secret_access_key="y")  # fmt: skip
    client.create_bucket(Bucket="studies")
    (tmp_path / "auth.ini").write_text(
        f"[mlflow]\ndefault_permission = READ\ndatabase_uri = sqlite:///{tmp_path / 'auth.db'}\n"
        f"admin_username = admin\nadmin_password = {secret}\n"
        "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
    )
    auth = {"MLFLOW_AUTH_CONFIG_PATH": str(tmp_path / "auth.ini"), "MLFLOW_FLASK_SERVER_SECRET_KEY": "k"}
    options = ("--app-name", "basic-auth", "--artifacts-destination", "s3://studies/a")
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with postgresql(tmp_path) as store:
        server = MlflowServer(tmp_path, *options, store=store, environment={**s3, **auth, "NO_PROXY": "*"})
        server.start()
        try:
            study = Study(tmp_path, uri=server.uri)
            study.whole_run("fixed-0000")
            study.whole_run("fixed-0001")
            study.whole_run("fixed-0002", status="diverged")
            (study.results.folder / "comparison.txt").write_text("no difference shown")
            study.end()
            tracker = BackgroundTracking(study.mlflow())
            tracker.close("FINISHED", patience_seconds=0.0)
            assert "does not answer (" in tracker.problem
            monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "admin")
            monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", secret)
            tracker = BackgroundTracking(study.mlflow())
            tracker.close("FINISHED")
            assert tracker.problem == ""
            _assert_whole(study, server.uri)
            keys = [found["Key"] for found in client.list_objects_v2(Bucket="studies")["Contents"]]
            assert any(key.endswith("comparison.txt") for key in keys)
            written = [path for path in study.results.folder.rglob("*") if path.is_file()]
            assert not [path for path in written if secret in path.read_text(errors="ignore")]
            tags = [value for run in study.runs(server.uri).values() for value in run.data.tags.values()]
            assert not [value for value in tags if secret in value]
            study.close()
        finally:
            server.kill()
            moto.stop()


def _assert_whole(study: Study, uri: str) -> None:
    runs = study.runs(uri)
    assert {name: run.info.status for name, run in runs.items()} == {
        "s": "FINISHED", "fixed-0000": "FINISHED", "fixed-0001": "FINISHED", "fixed-0002": "FAILED",
    }  # fmt: skip
    for name in ("fixed-0000", "fixed-0001"):
        assert study.history(runs[name]) == [(1, 0.1), (2, 0.2), (3, 0.3)]
        assert runs[name].data.params["lr"] == "0.01"
    assert study.history(runs["fixed-0002"]) == [(1, 0.1), (2, 0.2)]


def _wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
