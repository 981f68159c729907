"""MLflow as a tracker: a study's journal, sent piece by piece, so that nothing is lost or sent twice."""

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.loading.run_metadata import RunMetadata
from study.results.folder import COMPARISON, Results
from study.spec.study_file import StudySpec
from study.spec.tracking_address import artifact_location, tracking_uri, without_secrets
from study.tracking.base import Tracker
from study.tracking.mlflow_tracker.acknowledged import SENT, Acknowledged
from study.tracking.mlflow_tracker.model_store import log_model
from study.tracking.mlflow_tracker.open_runs import OpenRun, OpenRuns
from study.tracking.mlflow_tracker.run_descriptions import (
    RUN,
    STUDY_ID,
    data_inputs,
    run_params,
    run_tags,
    study_params,
    study_tags,
)
from study.tracking.mlflow_tracker.store import open_store
from study.tracking.mlflow_tracker.winner_models import written_models

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.tracking import MlflowClient

logger = logging.getLogger(__name__)

MAX_METRICS, MAX_PARAMS, MAX_PARAM_CHARACTERS = 900, 100, 6000
MLFLOW_STATUS = {
    "finished": "FINISHED",
    "stopped": "KILLED",
    "diverged": "FAILED",
    "out_of_memory": "FAILED",
    "failed": "FAILED",
}

REFUSALS = frozenset(
    {
        "INVALID_PARAMETER_VALUE",
        "RESOURCE_DOES_NOT_EXIST",
        "INVALID_STATE",
        "BAD_REQUEST",
        "RESOURCE_CONFLICT",
        "ENDPOINT_NOT_FOUND",
    }
)
"""MLflow's codes for what would be refused again; after any other error the same is sent once more."""

FILES = ("study.yaml", "records.parquet", "predictions.parquet", "run.json", "report.html", COMPARISON)


class MlflowSync(Tracker):
    """Sends a study's journal to MLflow.

    The run of the study has the tags of its own below it; a run is found again by them. Metrics carry the time of the
    journal's line, so that a store that is sent one twice knows it.

    Attributes:
        uri: Of the tracking server or database; it may hold a password.
        num_requests: Requests sent.
        num_refused: How many things MLflow did not take.
    """

    takes_models = True

    def __init__(self, results: Results, spec: StudySpec, *, is_running: bool) -> None:
        """Take up where an earlier one stopped; the run of a study that is going on is opened again."""
        super().__init__(results, spec, is_running=is_running)
        self.num_requests = 0
        self.num_refused = 0
        self._abandoned = False
        self._last_refusal = ""
        base = results.folder.parent
        self.uri = tracking_uri(spec.tracking.uri, base)
        self._artifacts = artifact_location(spec.tracking.uri, base)
        self._client: MlflowClient | None = None
        self._unsure = True  # something may have arrived although no answer came
        self._experiment_id = ""
        self._ids: dict[str, tuple[str, str]] = {}
        self._files_sent: set[tuple[str, Path, int]] = set()
        self._acknowledged = Acknowledged(
            results.journal / SENT, place=without_secrets(self.uri), experiment=spec.tracking.experiment
        )
        self._journal = OpenRuns(results, acknowledged=self._acknowledged.values)

    @property
    def place(self) -> str:
        """Where the runs are."""
        return f"MLflow at {without_secrets(self.uri)}"

    @property
    def refused(self) -> str:
        """How many requests MLflow would not take, and what it said to the last one."""
        if not self.num_refused:
            return ""
        return f"{self.num_refused} request(s), the last with: {self._last_refusal}"

    def give_up(self) -> None:
        """Send nothing more, whatever waits for an answer."""
        self._abandoned = True

    def send(self) -> bool:
        """Send what is new in the journal; return whether there may be more.

        Raises:
            Exception: Whatever the tracking server or its client raises while it is not there.
        """
        with self._unsure_after_errors():
            return self._send_more()

    def close_study(self, status: str) -> None:
        """Send everything that is left and the results' files, and close all runs that are open, and the study's.

        Args:
            status: MLflow's status of the study's run: FINISHED, FAILED or KILLED.
        """
        while self.send():
            pass
        with self._unsure_after_errors():
            self._close(status)

    @contextlib.contextmanager
    def _unsure_after_errors(self) -> Iterator[None]:
        """Look again what has arrived before anything else is sent, where the body did not end well."""
        try:
            yield
        except BaseException:  # Ctrl-C, too: the request that it cut off may have arrived; it is raised again
            self._unsure = True
            raise

    def _send_more(self) -> bool:
        self._connect()
        self._journal.read_on()
        for name in list(self._journal.runs):
            self._send_run(name)
        now = self._journal.positions
        if now.items() <= self._acknowledged.values.items():
            return False
        self._acknowledged.add(now)
        return True

    def _close(self, status: str) -> None:
        ended = self._metadata().ended or ""
        closed = f"{status} {ended} {self._journal.positions['records']}"
        if self._acknowledged.values.get("closed") == closed:
            return
        last_ms = 0
        for name, (run_id, known) in list(self._ids.items()):
            run = self._journal.runs.get(name, OpenRun())
            last_ms = max(last_ms, run.seen_ms)
            if name and known == "RUNNING":
                self._send(partial(self._mlflow.set_terminated, run_id, "KILLED", run.seen_ms or None))
                self._ids[name] = (run_id, "KILLED")
        run_id = self._study_run()
        if self.results.report_folders:
            self._send_files(run_id)
        for arm, trained, folder in written_models(self.results):
            if trained in self._ids:
                self._send_file("model", folder, partial(self._log_model, arm, trained, folder))
        self._send(partial(self._mlflow.set_terminated, run_id, status, None if ended else last_ms or None))
        self._ids[""] = (run_id, status)
        self._acknowledged.add({"closed": closed})

    @property
    def _mlflow(self) -> "MlflowClient":
        assert self._client is not None, "a request comes after the connection"
        return self._client

    def _connect(self) -> None:
        """Make the store's schema, the experiment and the study's run before anything else: first connections race."""
        if self._client is None:
            self._client, self._experiment_id = open_store(
                self.uri, experiment=self.spec.tracking.experiment, artifacts=self._artifacts
            )
        if self._unsure:
            self._find_runs()
            self._unsure = False
        run_id = self._study_run()
        if "described" not in self._acknowledged.values:
            self._send(partial(self._describe_study, run_id))
            self._acknowledged.add({"described": True})
        if self._is_running and self._ids[""][1] != "RUNNING":
            self._mlflow.update_run(run_id, status="RUNNING")
            self._ids[""] = (run_id, "RUNNING")

    def _find_runs(self) -> None:
        """Look which of the study's runs are there, by their tags."""
        self._ids.clear()
        study_id, token = self._metadata().study_id, None
        while True:
            page = self._mlflow.search_runs(
                [self._experiment_id],
                f"tags.`{STUDY_ID}` = '{study_id}'",
                max_results=1000,
                page_token=token,
            )
            run: Run
            for run in page:
                self._ids[run.data.tags.get(RUN, "")] = (run.info.run_id, run.info.status)
            token = page.token
            if not token:
                return

    def _metadata(self) -> RunMetadata:
        return RunMetadata.read(self.results.run_metadata)

    def _study_run(self) -> str:
        """Return the id of the study's run; it is made where it is not there."""
        if "" in self._ids:
            return self._ids[""][0]
        tags = study_tags(self.spec, self._metadata())
        made = self._mlflow.create_run(self._experiment_id, run_name=self.spec.name, tags=tags)
        self._ids[""] = (made.info.run_id, "RUNNING")
        return str(made.info.run_id)

    def _describe_study(self, run_id: str) -> None:
        metadata = self._metadata()
        self._log_params(run_id, study_params(metadata))
        self._log_inputs(run_id, {"train": "training", "val": "validation", "test": "testing"})

    def _send_run(self, name: str) -> None:
        run = self._journal.runs[name]
        if run.config is not None:
            self._send(partial(self._begin, name, run))
            run.config = None
        if not run.metrics and run.ended is None:
            return
        run_id, known = self._ids.get(name, ("", ""))
        if run_id:
            self._send(partial(self._send_epochs, run_id, known, run))
        run.metrics.clear()
        if run.ended is not None:
            status = MLFLOW_STATUS[run.ended[0]]
            if run_id:
                self._ids[name] = (run_id, status)
            del self._journal.runs[name]

    def _begin(self, name: str, run: OpenRun) -> None:
        metadata = self._metadata()
        tags = run_tags(name, run, spec=self.spec, metadata=metadata, parent=self._study_run())
        if name not in self._ids:
            made = self._mlflow.create_run(
                self._experiment_id, start_time=run.begun_ms, run_name=name, tags=tags
            )
            self.num_requests += 1
            self._ids[name] = (made.info.run_id, "RUNNING")
        run_id, _ = self._ids[name]
        self._log_params(run_id, run_params(run))
        self._log_inputs(run_id, {"train": "training"})

    def _send_epochs(self, run_id: str, known: str, run: OpenRun) -> None:
        from mlflow.entities import Metric, RunTag

        if known != "RUNNING" and run.ended is None:
            self._mlflow.update_run(run_id, status="RUNNING")
        metrics = [Metric(*values) for values in run.metrics]
        tags = [RunTag("status", run.ended[0])] if run.ended else []
        for first in range(0, max(1, len(metrics)), MAX_METRICS):
            self._mlflow.log_batch(run_id, metrics=metrics[first : first + MAX_METRICS], tags=tags)
            self.num_requests += 1
        if run.ended is not None:
            status, ended_ms = run.ended
            self._mlflow.set_terminated(run_id, MLFLOW_STATUS[status], end_time=ended_ms)
            self.num_requests += 1

    def _log_params(self, run_id: str, params: Mapping[str, Any]) -> None:
        from mlflow.entities import Param

        entities = [Param(key, str(value)[:MAX_PARAM_CHARACTERS]) for key, value in params.items()]
        for first in range(0, len(entities), MAX_PARAMS):
            self._mlflow.log_batch(run_id, params=entities[first : first + MAX_PARAMS])
            self.num_requests += 1

    def _log_inputs(self, run_id: str, splits: Mapping[str, str]) -> None:
        """Log splits of the target's images as MLflow data sets, each in its context."""
        inputs = data_inputs(self.spec, self._metadata(), splits)
        self._mlflow.log_inputs(run_id, inputs)
        self.num_requests += 1

    def _send_files(self, run_id: str) -> None:
        """Log every report; the latest comparison is the run's note."""
        *_, latest = self.results.report_folders
        note = (latest / COMPARISON).read_text(encoding="utf-8")
        tag = partial(self._mlflow.set_tag, run_id, "mlflow.note.content", f"```\n{note}\n```")
        self._send_file("note", latest / COMPARISON, tag)
        for folder in self.results.report_folders:
            found = [folder / name for name in FILES if (folder / name).exists()]
            found += sorted(folder.glob("*.csv")) + sorted((folder / "figures").glob("*.png"))
            for file in found:
                below = file.relative_to(self.results.folder).parent.as_posix()
                place = None if below == "." else below
                self._send_file("file", file, partial(self._mlflow.log_artifact, run_id, str(file), place))

    def _send_file(self, kind: str, path: Path, request: Callable[[], object]) -> None:
        """Send a file, or what is made of it, once: a server that fails now and then would never get all in one go."""
        sent = (kind, path, path.stat().st_mtime_ns)
        if sent not in self._files_sent:
            self._send(request)
            self._files_sent.add(sent)

    def _log_model(self, arm: str, run: str, folder: Path) -> None:
        run_id, _ = self._ids[run]
        study_id = self._metadata().study_id
        name = f"{self.spec.name}-{arm}"
        log_model(
            self._mlflow, self._experiment_id, folder, study_id=study_id, name=name, run=run, run_id=run_id
        )

    def _send(self, request: Callable[[], object]) -> None:
        """Do one thing; what MLflow refuses for good is noted and passed over."""
        from mlflow.exceptions import MlflowException

        if self._abandoned:
            raise ConnectionAbortedError("nothing is sent any more")
        try:
            request()
        except MlflowException as error:
            if error.error_code not in REFUSALS:
                raise
            logger.exception("MLflow did not take something")
            self.num_refused += 1
            self._last_refusal = without_secrets(str(error).splitlines()[0])
        self.num_sent += 1
