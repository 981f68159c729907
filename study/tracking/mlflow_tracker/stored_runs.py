"""Runs of a study that MLflow has: which id each has there, and whether it is running or how it ended."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from study.tracking.mlflow_tracker.requests import Requests
from study.tracking.mlflow_tracker.run_descriptions import RUN

STUDY = ""
"""Instead of a run's name: the study's own run."""

RUNNING = "RUNNING"


@dataclass(frozen=True)
class StoredRun:
    """A run as MLflow has it.

    Attributes:
        id: MLflow's.
        status: MLflow's: RUNNING, FINISHED, FAILED or KILLED.
    """

    id: str
    status: str


class StoredRuns:
    """What MLflow has, as far as it has said so; looked up by the runs' tags where that is not sure."""

    def __init__(self) -> None:
        """Know of nothing yet: an earlier driver may have sent some."""
        self._runs: dict[str, StoredRun] = {}
        self.is_sure = False

    def look_up(self, requests: Requests, *, study_id: str) -> None:
        """Find the study's runs, where something may have arrived although no answer came."""
        if self.is_sure:
            return
        self._runs = {
            run.data.tags.get(RUN, STUDY): StoredRun(run.info.run_id, run.info.status)
            for run in requests.runs_of_study(study_id)
        }
        self.is_sure = True

    def __contains__(self, name: str) -> bool:
        return name in self._runs

    def __getitem__(self, name: str) -> StoredRun:
        return self._runs[name]

    def add(self, name: str, run_id: str) -> None:
        """Note a run that was made."""
        self._runs[name] = StoredRun(run_id, RUNNING)

    def note(self, name: str, status: str) -> None:
        """Note what a run's status is now."""
        self._runs[name] = replace(self._runs[name], status=status)

    def running(self) -> Iterator[str]:
        """Yield the names of the runs that are not closed, without the study's."""
        yield from [name for name, run in self._runs.items() if name != STUDY and run.status == RUNNING]
