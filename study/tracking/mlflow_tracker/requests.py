"""Requests to MLflow about the runs of one experiment, each as large as it takes, and counted."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from study.tracking.mlflow_tracker.model_store import log_model
from study.tracking.mlflow_tracker.run_descriptions import STUDY_ID

if TYPE_CHECKING:
    from mlflow.entities import DatasetInput, Run
    from mlflow.tracking import MlflowClient

MAX_METRICS, MAX_PARAMS, MAX_PARAM_CHARACTERS = 900, 100, 6000

Metric = tuple[str, float, int, int]
"""Key, value, time in milliseconds since 1970, and step."""


class Requests:
    """What can be asked of a tracking store. Every method raises whatever the server or its client does.

    Attributes:
        count: Requests sent that write something.
    """

    def __init__(self, client: "MlflowClient", experiment_id: str) -> None:
        """Take a client whose store has the experiment."""
        self.count = 0
        self._client, self._experiment_id = client, experiment_id

    def runs_of_study(self, study_id: str) -> "list[Run]":
        """Return all runs that have a study's tag."""
        found: list[Run] = []
        token = None
        while True:
            page = self._client.search_runs(
                [self._experiment_id],
                f"tags.`{STUDY_ID}` = '{study_id}'",
                max_results=1000,
                page_token=token,
            )
            found += page
            token = page.token
            if not token:
                return found

    def create_run(self, name: str, tags: Mapping[str, str], *, begun_ms: int | None = None) -> str:
        """Make a run, which is running; return its id."""
        made = self._client.create_run(
            self._experiment_id, start_time=begun_ms, run_name=name, tags=dict(tags)
        )
        self.count += 1
        return str(made.info.run_id)

    def reopen(self, run_id: str) -> None:
        """Have a run that was closed running again."""
        self._client.update_run(run_id, status="RUNNING")
        self.count += 1

    def close(self, run_id: str, status: str, *, ended_ms: int | None) -> None:
        """Close a run, now where no time is given."""
        self._client.set_terminated(run_id, status, ended_ms)
        self.count += 1

    def log_params(self, run_id: str, params: Mapping[str, Any]) -> None:
        """Log parameters; a long value is cut."""
        from mlflow.entities import Param

        entities = [Param(key, str(value)[:MAX_PARAM_CHARACTERS]) for key, value in params.items()]
        for first in range(0, len(entities), MAX_PARAMS):
            self._client.log_batch(run_id, params=entities[first : first + MAX_PARAMS])
            self.count += 1

    def log_inputs(self, run_id: str, inputs: "list[DatasetInput]") -> None:
        """Log data sets."""
        self._client.log_inputs(run_id, inputs)
        self.count += 1

    def log_metrics(self, run_id: str, metrics: Sequence[Metric], *, tags: Mapping[str, str]) -> None:
        """Log metrics, and tags with them, in as few requests as MLflow takes."""
        from mlflow import entities

        made = [entities.Metric(*each) for each in metrics]
        with_tags = [entities.RunTag(key, value) for key, value in tags.items()]
        for first in range(0, max(1, len(made)), MAX_METRICS):
            self._client.log_batch(run_id, metrics=made[first : first + MAX_METRICS], tags=with_tags)
            self.count += 1

    def set_note(self, run_id: str, text: str) -> None:
        """Set a run's description, in Markdown."""
        self._client.set_tag(run_id, "mlflow.note.content", text)
        self.count += 1

    def tag_experiment(self, tags: Mapping[str, str]) -> None:
        """Set tags of the experiment."""
        for key, value in tags.items():
            self._client.set_experiment_tag(self._experiment_id, key, value)
            self.count += 1

    def log_file(self, run_id: str, file: Path, below: str | None) -> None:
        """Log a file, in a folder of the run's artifacts."""
        self._client.log_artifact(run_id, str(file), below)
        self.count += 1

    def log_model(self, run_id: str, folder: Path, *, study_id: str, name: str, run: str) -> None:
        """Log a winner's model, see `log_model`."""
        log_model(
            self._client, self._experiment_id, folder, study_id=study_id, name=name, run=run, run_id=run_id
        )
        self.count += 1
