"""The study's agenda as a Ray Tune searcher: Tune asks for a trial, the agenda says which."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from ray.tune.search import Searcher

from study.agenda import Agenda
from study.errors import StudyError
from study.jobs import Job, Outcome
from trainables.record import Status

logger = logging.getLogger(__name__)


class AgendaSearcher(Searcher):
    """Hands the agenda's jobs to Tune and their ends back.

    Attributes:
        jobs: The job of every Tune trial, by trial id.
        problem: Why the agenda stopped early; None while all is well.
        stopping: Set to hand out nothing more.
    """

    def __init__(self, agenda: Agenda) -> None:
        super().__init__(metric="objective", mode="max")
        self.agenda = agenda
        self.jobs: dict[str, Job] = {}
        self.problem: StudyError | None = None
        self.stopping = threading.Event()
        self._iterator = iter(agenda)

    def suggest(self, trial_id: str) -> dict[str, Any] | str | None:  # type: ignore[override]  # Tune's own is too narrow
        """Return the next job's configuration, None while jobs have to end first, or that all is done."""
        if self.stopping.is_set():
            return Searcher.FINISHED
        try:
            job = next(self._iterator)
        except StopIteration:
            return Searcher.FINISHED
        except StudyError as error:
            self.stop(error)
            return Searcher.FINISHED
        if job is None:
            return None
        self.jobs[trial_id] = job
        return dict(job.config)

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        """Tell the agenda how the trial ended; of a crash, `end` is told with the reason."""
        if not error:
            self.end(trial_id, outcome_of(result))

    def end(self, trial_id: str, outcome: Outcome) -> None:
        """Tell the agenda how a trial ended."""
        try:
            self.agenda.ended(self.jobs[trial_id].info.run, outcome)
        except StudyError as problem:
            self.stop(problem)

    def namer(self) -> Callable[[Any], str]:
        """Return a function from a Tune trial to its run's name; Tune copies methods, but not functions."""
        jobs = self.jobs
        return lambda trial: jobs[trial.trial_id].info.run

    def save(self, checkpoint_path: str) -> None:
        """Write nothing: a study's state is in its own journal, not in Tune's files."""

    def restore(self, checkpoint_path: str) -> None:
        """Refuse: `Tuner.restore` is not how a study is resumed."""
        raise RuntimeError("a study is not restored from Ray Tune's files")

    def __getstate__(self) -> dict[str, Any]:
        """Return nothing: Tune pickles its parts for `Tuner.restore`, which a study does not use."""
        return {}

    def stop(self, problem: StudyError) -> None:
        """Hand out nothing more and let running trials be stopped; the first problem is the one that counts."""
        logger.error("the study stops: %s", problem)
        self.problem = self.problem or problem
        self.stopping.set()


def outcome_of(result: dict[str, Any] | None) -> Outcome:
    """Return how a trial ended, from its last report."""
    if not result or "status" not in result:
        return Outcome(status="failed", objective=None, message="It reported nothing.")
    status: Status = result["status"]
    return Outcome(
        status=status,
        objective=result.get("objective") if status == "finished" else None,
        cost_seconds=result.get("cost_seconds"),
        epochs=result["epoch"],
    )
