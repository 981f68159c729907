"""MLflow as a tracker: a study's journal, sent piece by piece, so that nothing is lost or sent twice."""

import contextlib
import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from analysis.loading.run_metadata import RunMetadata
from study.models.written import written_models
from study.results.answer import ANSWER, latest_answer
from study.results.folder import COMPARISON, Results
from study.spec.study_file import StudySpec
from study.spec.tracking_address import artifact_location, tracking_uri, without_secrets
from study.tracking.base import Tracker
from study.tracking.mlflow_tracker.acknowledged import SENT, Acknowledged
from study.tracking.mlflow_tracker.answer_runs import send_answer
from study.tracking.mlflow_tracker.open_runs import OpenRun, OpenRuns
from study.tracking.mlflow_tracker.requests import Requests
from study.tracking.mlflow_tracker.run_descriptions import (
    data_inputs,
    run_params,
    run_tags,
    study_params,
    study_tags,
)
from study.tracking.mlflow_tracker.saved_views import saved_views
from study.tracking.mlflow_tracker.store import open_store
from study.tracking.mlflow_tracker.stored_runs import RUNNING, STUDY, StoredRuns
from study.tracking.searched import searched_settings

logger = logging.getLogger(__name__)

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

FILES = (
    "study.yaml",
    "records.parquet",
    "predictions.parquet",
    "run.json",
    "report.html",
    COMPARISON,
    ANSWER,
    "winner.yaml",
)


class MlflowSync(Tracker):
    """Sends a study's journal to MLflow.

    The run of the study has the tags of its own below it; a run is found again by them. Metrics carry the time of the
    journal's line, so that a store that is sent one twice knows it.

    Attributes:
        uri: Of the tracking server or database; it may hold a password.
        num_refused: How many things MLflow did not take.
    """

    takes_models = True

    def __init__(self, results: Results, spec: StudySpec, *, is_running: bool) -> None:
        """Take up where an earlier one stopped; the run of a study that is going on is opened again."""
        super().__init__(results, spec, is_running=is_running)
        self.num_refused = 0
        self._abandoned = False
        self._last_refusal = ""
        self.uri = tracking_uri(spec.tracking.uri, results.folder.parent)
        self._requests: Requests | None = None
        self._stored = StoredRuns()
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

    @property
    def num_requests(self) -> int:
        """Requests sent that write something."""
        return 0 if self._requests is None else self._requests.count

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
            self._stored.is_sure = False
            raise

    def _send_more(self) -> bool:
        requests = self._connect()
        self._journal.read_on()
        for name in list(self._journal.runs):
            self._send_run(requests, name)
        now = self._journal.positions
        if now.items() <= self._acknowledged.values.items():
            return False
        self._acknowledged.add(now)
        return True

    def _connect(self) -> Requests:
        """Make the store's schema, the experiment and the study's run before anything else: first connections race."""
        if self._requests is None:
            artifacts = artifact_location(self.spec.tracking.uri, self.results.folder.parent)
            opened = open_store(self.uri, experiment=self.spec.tracking.experiment, artifacts=artifacts)
            self._requests = Requests(*opened)
        self._stored.look_up(self._requests, study_id=self._metadata().study_id)
        run_id = self._study_run(self._requests)
        if "described" not in self._acknowledged.values:
            self._send(partial(self._describe_study, self._requests, run_id))
            self._acknowledged.add({"described": True})
        if "views" not in self._acknowledged.values:
            self._send(partial(self._requests.tag_experiment, self._views()))
            self._acknowledged.add({"views": True})
        if self._is_running and self._stored[STUDY].status != RUNNING:
            self._requests.reopen(run_id)
            self._stored.note(STUDY, RUNNING)
        return self._requests

    def _metadata(self) -> RunMetadata:
        return RunMetadata.read(self.results.run_metadata)

    def _study_run(self, requests: Requests) -> str:
        """Return the id of the study's run; it is made where it is not there."""
        if STUDY not in self._stored:
            tags = study_tags(self.spec, self._metadata())
            self._stored.add(STUDY, requests.create_run(self.spec.name, tags))
        return self._stored[STUDY].id

    def _describe_study(self, requests: Requests, run_id: str) -> None:
        metadata = self._metadata()
        requests.log_params(run_id, study_params(metadata))
        splits = {"train": "training", "val": "validation", "test": "testing"}
        requests.log_inputs(run_id, data_inputs(self.spec, metadata, splits))

    def _views(self) -> Mapping[str, str]:
        study_id = self._metadata().study_id
        return saved_views(self.spec.name, study_id, searched=searched_settings(self.spec))

    def _send_run(self, requests: Requests, name: str) -> None:
        run = self._journal.runs[name]
        if run.config is not None:
            self._send(partial(self._begin, requests, name, run))
            run.config = None
        if not run.metrics and run.ended is None:
            return
        if name in self._stored:
            self._send(partial(self._send_epochs, requests, name, run))
        run.metrics.clear()
        if run.ended is not None:
            if name in self._stored:
                self._stored.note(name, MLFLOW_STATUS[run.ended[0]])
            del self._journal.runs[name]

    def _begin(self, requests: Requests, name: str, run: OpenRun) -> None:
        metadata = self._metadata()
        if name not in self._stored:
            tags = run_tags(name, run, spec=self.spec, metadata=metadata, parent=self._stored[STUDY].id)
            self._stored.add(name, requests.create_run(name, tags, begun_ms=run.begun_ms))
        run_id = self._stored[name].id
        requests.log_params(run_id, run_params(run))
        requests.log_inputs(run_id, data_inputs(self.spec, metadata, {"train": "training"}))

    def _send_epochs(self, requests: Requests, name: str, run: OpenRun) -> None:
        known = self._stored[name]
        if known.status != RUNNING and run.ended is None:
            requests.reopen(known.id)
        if run.ended is None:
            requests.log_metrics(known.id, run.metrics, tags={})
            return
        status, ended_ms = run.ended
        requests.log_metrics(known.id, run.metrics, tags={"status": status})
        requests.close(known.id, MLFLOW_STATUS[status], ended_ms=ended_ms)

    def _close(self, status: str) -> None:
        ended = self._metadata().ended or ""
        closed = f"{status} {ended} {self._journal.positions['records']}{self._answer_digest()}"
        if self._acknowledged.values.get("closed") == closed:
            return
        requests = self._connect()
        last_ms = max((run.seen_ms for run in self._journal.runs.values()), default=0)
        for name in self._stored.running():
            seen_ms = self._journal.runs[name].seen_ms if name in self._journal.runs else 0
            self._send(partial(requests.close, self._stored[name].id, "KILLED", ended_ms=seen_ms or None))
            self._stored.note(name, "KILLED")
        self._send_results(requests)
        now_ms = None if ended else last_ms or None
        self._send(partial(requests.close, self._stored[STUDY].id, status, ended_ms=now_ms))
        self._stored.note(STUDY, status)
        self._acknowledged.add({"closed": closed})

    def _answer_digest(self) -> str:
        """Return what the latest answer is known by: one that was written anew is sent once more."""
        files = [folder / ANSWER for folder in self.results.report_folders[-1:] if (folder / ANSWER).exists()]
        return "".join(f" {hashlib.sha256(file.read_bytes()).hexdigest()[:16]}" for file in files)

    def _send_answer(self, requests: Requests) -> None:
        """Show the latest answer: on the study's run, and on one of each arm. An earlier version's is a text alone."""
        run_id, answer = self._stored[STUDY].id, latest_answer(self.results)
        for folder in self.results.report_folders[-1:]:
            if answer is None:
                note = f"```\n{(folder / COMPARISON).read_text(encoding='utf-8')}\n```"
                self._send_file("note", folder / COMPARISON, partial(requests.set_note, run_id, note))
                continue
            shown = partial(send_answer, requests, self._stored, answer, self.results, self._metadata())
            self._send_file("answer", folder / ANSWER, shown)

    def _send_results(self, requests: Requests) -> None:
        """Log every report, the latest answer, and the winners' models."""
        run_id = self._stored[STUDY].id
        self._send_answer(requests)
        for folder in self.results.report_folders:
            found = [folder / name for name in FILES if (folder / name).exists()]
            found += sorted(folder.glob("*.csv")) + sorted((folder / "figures").glob("*.png"))
            for file in found:
                below = file.relative_to(self.results.folder).parent.as_posix()
                place = None if below == "." else below
                self._send_file("file", file, partial(requests.log_file, run_id, file, place))
        for arm, trained, folder in written_models(self.results.models):
            if trained in self._stored:
                request = partial(self._log_model, requests, folder, arm=arm, run=trained)
                self._send_file("model", folder, request)

    def _log_model(self, requests: Requests, folder: Path, *, arm: str, run: str) -> None:
        study_id, name = self._metadata().study_id, f"{self.spec.name}-{arm}"
        requests.log_model(self._stored[run].id, folder, study_id=study_id, name=name, run=run)

    def _send_file(self, kind: str, path: Path, request: Callable[[], object]) -> None:
        """Send a file, or what is made of it, once: a server that fails now and then would never get all in one go."""
        sent = (kind, path, path.stat().st_mtime_ns)
        if sent not in self._files_sent:
            self._send(request)
            self._files_sent.add(sent)

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
