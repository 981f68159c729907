"""MLflow: one run for the study, one below it for every trial. Written by the driver, in the background."""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from study.jobs import Job
from study.metrics import epoch_metrics
from trainables.record import EpochRecord

logger = logging.getLogger(__name__)

MAX_BATCH = 1000
MAX_REFUSED = 20
MAX_PARAM_CHARACTERS = 6000
FLUSH_SECONDS = 5.0
MLFLOW_STATUS = {"finished": "FINISHED", "diverged": "FAILED", "out_of_memory": "FAILED", "failed": "FAILED"}


class Tracker:
    """Sends what happens to MLflow from a thread of its own, so that the study never waits for a server.

    Attributes:
        problem: Why nothing is sent any more; empty while all is well. Nothing is lost: records are on disk.
        study_run_id: The study's run; None until it exists.
        num_requests: Requests sent.
        num_refused: Requests that were refused.
    """

    def __init__(self, *, uri: str, artifacts: str | None, experiment: str, name: str) -> None:
        """Start the thread.

        Args:
            uri: Of the tracking server or database.
            artifacts: Where the experiment keeps artifacts if it is made now; None leaves it to the server.
            experiment: Name of the experiment.
            name: Name of the study's run.
        """
        self.problem = ""
        self.study_run_id: str | None = None
        self.num_requests = 0
        self.num_refused = 0
        self._refused = 0
        self._uri, self._artifacts, self._experiment, self._name = uri, artifacts, experiment, name
        self._events: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._run_ids: dict[str, str] = {}
        self._pending: dict[str, list[tuple[str, float, int, int]]] = {}
        self._flushed = time.monotonic()
        self._thread = threading.Thread(target=self._work, name="mlflow", daemon=True)
        self._thread.start()

    def begin_study(self, *, params: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        """Make the study's run."""
        self._events.put(lambda: self._begin_study(dict(params), dict(tags)))

    def begin(self, job: Job) -> None:
        """Make the run of a job, below the study's."""
        now = _milliseconds()
        self._events.put(lambda: self._begin(job, now))

    def log(self, job: Job, record: EpochRecord) -> None:
        """Send an epoch's metrics with the next batch."""
        now = _milliseconds()
        metrics = [(key, value, now, record.epoch) for key, value in epoch_metrics(record).items()]
        self._events.put(lambda: self._pending.setdefault(job.info.run, []).extend(metrics))

    def end(self, job: Job, *, status: str, summary: Mapping[str, float]) -> None:
        """Send a run's summary and close it."""
        now = _milliseconds()
        metrics = [(key, value, now, 0) for key, value in summary.items()]
        self._events.put(lambda: self._end(job.info.run, status, metrics, now))

    def end_study(self, *, status: str, folder: Path, files: list[Path], note: str) -> None:
        """Send the study's files (by their place in `folder`) and a note to read first, and close its run."""
        self._events.put(lambda: self._end_study(status, folder, files, note))

    def close(self, timeout_seconds: float = 120.0) -> None:
        """Send what is left and stop the thread."""
        self._events.put(None)
        self._thread.join(timeout_seconds)
        if self._thread.is_alive() and not self.problem:
            self.problem = f"MLflow at {self._uri} did not take everything within {timeout_seconds:.0f} s"

    def _work(self) -> None:
        try:
            self._connect()
            while True:
                try:
                    event = self._events.get(timeout=FLUSH_SECONDS)
                except queue.Empty:
                    self._flush()
                    continue
                if event is None:
                    break
                self._handle(event)
                if time.monotonic() - self._flushed > FLUSH_SECONDS:
                    self._flush()
            self._flush()
        # Whatever a tracking server or its client does, the study goes on; the user is told at its end.
        except Exception as error:
            logger.exception("tracking stopped")
            self.problem = f"MLflow at {self._uri}: {type(error).__name__}: {error}".splitlines()[0]

    def _handle(self, event: Callable[[], None]) -> None:
        """Do one thing; what the server refuses is logged and passed over, until it refuses everything."""
        from mlflow.exceptions import MlflowException

        try:
            event()
            self._refused = 0
        except (MlflowException, KeyError) as error:
            logger.exception("MLflow did not take something")
            self.num_refused += 1
            self._refused += 1
            if self._refused >= MAX_REFUSED:
                raise
            self.problem = (
                f"MLflow at {self._uri} refused {self.num_refused} request(s), the last with: {error}"
            )

    def _connect(self) -> None:
        """Make the store's schema and the experiment before anything else: first connections race."""
        from mlflow.tracking import MlflowClient

        self._client = MlflowClient(tracking_uri=self._uri)
        found = self._client.get_experiment_by_name(self._experiment)
        if found is None:
            from mlflow.exceptions import MlflowException

            with contextlib.suppress(MlflowException):  # another study made it just now
                self._client.create_experiment(self._experiment, artifact_location=self._artifacts)
            found = self._client.get_experiment_by_name(self._experiment)
        assert found is not None, "it was there or has just been made"
        self._experiment_id = found.experiment_id

    def _begin_study(self, params: dict[str, Any], tags: dict[str, str]) -> None:
        run = self._client.create_run(self._experiment_id, run_name=self._name, tags=tags)
        self.study_run_id = run.info.run_id
        self._log_params(run.info.run_id, params)

    def _begin(self, job: Job, now: int) -> None:
        info = job.info
        tags = {
            "mlflow.parentRunId": self.study_run_id,
            "study": info.study,
            "arm": info.arm,
            "stage": info.stage,
            "architecture": info.architecture,
            "recipe": info.recipe,
            "seed": str(info.seed),
        }
        run = self._client.create_run(self._experiment_id, start_time=now, run_name=info.run, tags=tags)
        self._run_ids[info.run] = run.info.run_id
        self._log_params(run.info.run_id, dict(job.config))

    def _log_params(self, run_id: str, params: dict[str, Any]) -> None:
        from mlflow.entities import Param

        entities = [Param(key, str(value)[:MAX_PARAM_CHARACTERS]) for key, value in params.items()]
        for first in range(0, len(entities), 100):
            self._client.log_batch(run_id, params=entities[first : first + 100])
            self.num_requests += 1

    def _flush(self, run: str | None = None) -> None:
        from mlflow.entities import Metric

        for name in [run] if run else list(self._pending):
            metrics = [Metric(*values) for values in self._pending.pop(name, [])]
            for first in range(0, len(metrics), MAX_BATCH):
                self._client.log_batch(self._run_ids[name], metrics=metrics[first : first + MAX_BATCH])
                self.num_requests += 1
        if run is None:
            self._flushed = time.monotonic()

    def _end(self, run: str, status: str, metrics: list[tuple[str, float, int, int]], now: int) -> None:
        self._pending.setdefault(run, []).extend(metrics)
        self._flush(run)
        self._client.set_tag(self._run_ids[run], "status", status)
        self._client.set_terminated(self._run_ids[run], MLFLOW_STATUS.get(status, "KILLED"), end_time=now)

    def _end_study(self, status: str, folder: Path, files: list[Path], note: str) -> None:
        if self.study_run_id is None:
            raise KeyError("the study's run, which could not be made")
        self._client.set_tag(self.study_run_id, "mlflow.note.content", f"```\n{note}\n```")
        for file in files:
            below = file.relative_to(folder).parent.as_posix()
            self._client.log_artifact(self.study_run_id, str(file), None if below == "." else below)
        self._client.set_terminated(self.study_run_id, status)


def _milliseconds() -> int:
    return int(time.time() * 1000)
