"""A real MLflow store in a SQLite file, moved and copied with its artifacts."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from study.spec.tracking_address import address, artifact_location, tracking_uri
from study.tracking.mlflow_tracker.store import open_store

pytestmark = pytest.mark.filterwarnings("default")

escaping = pytest.mark.skipif(
    tuple(map(int, version("sqlalchemy").split(".")[:2])) < (2, 1),
    reason="SQLAlchemy before 2.1 escapes no path",
)


def opened(base: Path) -> tuple[Any, str]:
    return open_store(tracking_uri(None, base), experiment="lrstudy", artifacts=artifact_location(None, base))


@pytest.fixture
def begun(tmp_path: Path) -> tuple[Path, str]:
    """A folder of results whose store has a run, a logged model and a version of it in the registry."""
    base = tmp_path / "a b" / "results"
    client, experiment = opened(base)
    run = client.create_run(experiment)
    (tmp_path / "x.txt").write_text("x")
    client.log_artifact(run.info.run_id, str(tmp_path / "x.txt"))
    model = client.create_logged_model(experiment, name="winner", source_run_id=run.info.run_id)
    client.log_model_artifact(model.model_id, str(tmp_path / "x.txt"))
    client.create_registered_model("winner")
    client.create_model_version(
        "winner", source=model.artifact_location, run_id=run.info.run_id, model_id=model.model_id
    )
    return base, run.info.run_id


def addresses(client: Any, run: str) -> list[str]:
    experiment = client.get_experiment_by_name("lrstudy")
    (model,) = client.search_logged_models([experiment.experiment_id])
    version = client.get_model_version("winner", "1")
    return [
        experiment.artifact_location,
        client.get_run(run).info.artifact_uri,
        model.artifact_location,
        version.source,
        client.get_model_version_download_uri("winner", "1"),
    ]


def log_artifact(base: Path, run: str, file: Path) -> None:
    """Log a file in a process of its own: a client keeps the addresses that it has seen."""
    command = [sys.executable, "-m", "mlflow", "artifacts", "log-artifact", "--run-id", run]
    environment = {**os.environ, "MLFLOW_TRACKING_URI": address(tracking_uri(None, base))}
    subprocess.run([*command, "--local-file", str(file)], check=True, capture_output=True, env=environment)


def test_artifacts_are_read_and_written_beside_a_store_that_was_copied_or_moved(
    begun: tuple[Path, str], tmp_path: Path
) -> None:
    base, run = begun
    before = addresses(opened(base)[0], run)
    (tmp_path / "y.txt").write_text("y")

    copied = tmp_path / "copied"
    shutil.copytree(base, copied)
    opened(copied)
    log_artifact(copied, run, tmp_path / "y.txt")
    assert list((copied / "mlflow-artifacts").rglob("y.txt"))
    assert not list(base.rglob("y.txt"))
    assert addresses(opened(base)[0], run) == before

    moved = base.parent.rename(tmp_path / "100%") / base.name
    client, _ = opened(moved)
    assert [a for a in addresses(client, run) if not a.startswith((moved.as_uri(), "models:"))] == []
    assert [each.path for each in client.list_artifacts(run)] == ["x.txt"]
    log_artifact(moved, run, tmp_path / "y.txt")
    assert len(list(moved.rglob("y.txt"))) == 1
    assert not base.exists()


def test_a_folder_that_stayed_and_one_that_somebody_chose_are_left_as_they_are(
    begun: tuple[Path, str], tmp_path: Path
) -> None:
    base, run = begun
    before = addresses(opened(base)[0], run)
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(base / "mlflow.db", alone)
    assert addresses(opened(alone)[0], run) == before
    for name, chosen in (("a", (tmp_path / "chosen").as_uri()), ("b", "s3://bucket/mlflow-artifacts")):
        open_store(tracking_uri(None, base), experiment=name, artifacts=chosen)
        client, _ = open_store(
            tracking_uri(None, base), experiment=name, artifacts=artifact_location(None, base)
        )
        assert client.get_experiment_by_name(name).artifact_location == chosen


@escaping
def test_a_store_lies_beside_the_results_whatever_their_folder_is_called(tmp_path: Path) -> None:
    name = "what? a%20b"
    client, experiment = opened(tmp_path / name)
    run = client.create_run(experiment).info.run_id
    client.log_artifact(run, str(Path(__file__)))
    assert [each.path for each in client.list_artifacts(run)] == [Path(__file__).name]
    written = {file.relative_to(tmp_path).parts[0] for file in tmp_path.rglob("*") if file.is_file()}
    assert written == {name}


@escaping
def test_only_what_an_address_would_be_misread_for_is_escaped() -> None:
    for path in ("/a b/100%/#1/[x]/mlflow.db", "/猫/mlflow.db"):
        assert address(f"sqlite:///{path}") == f"sqlite:///{path}"
    assert address("sqlite:////a?b/mlflow.db") != "sqlite:////a?b/mlflow.db"
    assert address("http://host/a?b") == "http://host/a?b"
