"""Opening a tracking store: its tables and the experiment are made once, whole, by one study at a time."""

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from study.importing_mlflow import import_mlflow
from study.proxies import reach_this_machine
from study.spec.paths import SQLITE
from study.spec.tracking_address import address
from study.tracking.mlflow_tracker.moved_store import follow_move

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

KIND = {"mlflow.experimentKind": "custom_model_development"}
"""Has MLflow show the experiment's page of training runs first, and not that of evaluations."""


def open_store(uri: str, *, experiment: str, artifacts: str | None) -> tuple["MlflowClient", str]:
    """Return a client and the experiment's id; schema and experiment come first, because first connections race.

    Args:
        uri: Of the tracking server or database.
        experiment: Name of the experiment; made where it is not there.
        artifacts: Where it keeps artifacts, in a store of our own, which may have been moved; None leaves it to the
            server.

    Raises:
        Exception: Whatever MLflow raises where the store does not answer.
    """
    # a client that repeats a request by itself makes a run twice whose answer was lost
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "30")
    reach_this_machine()
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.WARNING)  # else it tells of every table
    import_mlflow("mlflow.tracking")
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient

    with _one_at_a_time(uri):
        _make_store(uri)
        client = MlflowClient(tracking_uri=address(uri))
        found = client.get_experiment_by_name(experiment)
        if found is None:
            with contextlib.suppress(MlflowException):  # another study made it just now
                client.create_experiment(experiment, artifact_location=artifacts, tags=KIND)
            found = client.get_experiment_by_name(experiment)
        if found is not None:
            follow_move(uri, before=found.artifact_location, now=artifacts)
    if found is None:
        raise ConnectionError(f"the experiment {experiment} could not be made")
    return client, str(found.experiment_id)


def _make_store(uri: str) -> None:
    """Make a SQLite store's tables beside it first: MLflow can't go on with a store whose making broke off."""
    path = Path(uri.removeprefix(SQLITE))
    if not uri.startswith(SQLITE) or path.exists():
        return
    from mlflow.tracking import MlflowClient

    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    MlflowClient(tracking_uri=address(f"{SQLITE}{unfinished}")).search_experiments(max_results=1)
    unfinished.replace(path)


@contextlib.contextmanager
def _one_at_a_time(uri: str) -> Iterator[None]:
    """Let studies that begin at once make a SQLite store's tables one after another."""
    if not uri.startswith(SQLITE):
        yield
        return
    from filelock import FileLock

    path = Path(uri.removeprefix(SQLITE))
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f"{path.name}.lock")):
        yield
