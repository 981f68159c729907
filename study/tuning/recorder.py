"""Tune's events, written down: to the journal and to the progress display."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import wraps
from typing import Any, TypeVar

import ray
from ray.exceptions import OutOfMemoryError, RayActorError
from ray.tune import Callback, Stopper

from study.errors import StudyError
from study.results.disk_room import in_words, is_disk_full
from study.results.journal import Journal
from study.search.jobs import Outcome
from study.trial_schedulers.base import Decision
from study.tuning.judged_runs import JudgedRuns
from study.tuning.progress import Progress
from study.tuning.ray_patches import kill_in_hand
from study.tuning.recorded import outcome_of
from study.tuning.run_states import RunStates
from study.tuning.searcher import PlanSearcher
from trainables.record import EpochRecord, Status, without_epoch

logger = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
"""Between two looks at Ray's nodes."""

F = TypeVar("F", bound=Callable[..., Any])


def _never_raising(method: F) -> F:
    """Return the method with its errors logged and kept: one that reaches Tune ends the whole experiment.

    It returns None then.
    """

    @wraps(method)
    def guarded(self: "Recorder", *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except StudyError as error:
            self.give_up(str(error))
        # Any error, because Tune lets none of them pass; the runner reports the first one at the end.
        except Exception as error:
            logger.exception("%s failed", method.__name__)
            self.problem = self.problem or f"{type(error).__name__}: {error}"
            full = is_disk_full(self._journal.folder, error)
            self.give_up(
                in_words(error) if full else f"what is reported cannot be written down. {self.problem}"
            )
        return None

    return guarded  # type: ignore[return-value]


@dataclass(frozen=True, kw_only=True)
class _Last:
    """A trial's last record, and why it ended with it, where the trial scheduler ended it."""

    record: EpochRecord
    why: str = ""


class Recorder(Callback):
    """Writes every report down as it comes, with what the trial scheduler decides on it.

    Attributes:
        problem: The first thing that could not be written; empty while all is well.
    """

    def __init__(
        self,
        searcher: PlanSearcher,
        *,
        judged: JudgedRuns,
        journal: Journal,
        progress: Progress,
        states: RunStates,
        epochs: dict[str, int],
        confirmed: Callable[[], None] = lambda: None,
    ) -> None:
        """Begin to record.

        Args:
            searcher: Knows the jobs, and is told of their ends.
            judged: Is asked at every epoch whether its run ends there.
            journal: Takes the records.
            progress: Shows how far the study is.
            states: Takes note of runs that have ended.
            epochs: How many epochs of each run the journal has, by name; kept up to date.
            confirmed: Called after the end of every confirmation run.
        """
        self.problem = ""
        self._searcher = searcher
        self._jobs = searcher.jobs
        self._judged = judged
        self._journal = journal
        self._progress = progress
        self._states = states
        self._epochs = epochs
        self._confirmed = confirmed
        self._last: dict[str, _Last] = {}
        self._open: set[str] = set()
        self._looked = time.monotonic()

    @_never_raising
    def on_step_begin(self, iteration: int, trials: list[Any], **info: Any) -> None:
        """Stop where Ray's nodes are all gone: Tune itself would wait for them for ever."""
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        if not any(node["Alive"] for node in ray.nodes()):
            self.give_up("Ray's last node is gone; continue the study with `lrstudy resume`.")

    @_never_raising
    def on_trial_start(self, iteration: int, trials: list[Any], trial: Any, **info: Any) -> None:
        """Note that the run is open."""
        job = self._jobs[trial.trial_id]
        self._open.add(trial.trial_id)
        self._progress.started(job)

    @_never_raising
    def report(self, trial_id: str, result: dict[str, Any]) -> Decision | None:
        """Write an epoch down, and return what the trial scheduler decides on it; None where that can't be done."""
        if trial_id in self._last and self._last[trial_id].record.status != "running":
            return Decision(stop=True, why="it has ended")  # Tune tells of a last report once more
        job, record = self._jobs[trial_id], record_of(result)
        decision = self._judged.judge(job.info, record)
        if decision.stop:
            logger.info("%s is stopped after epoch %d: %s", job.info.run, record.epoch, decision.why)
            record = replace(record, status="stopped")
        self._last[trial_id] = _Last(record=record, why=decision.why)
        if record.epoch > self._epochs.get(
            job.info.run, 0
        ):  # else an epoch that was lost is trained once more
            self._journal.write(job.info, record)
            self._epochs[job.info.run] = record.epoch
        self._progress.reported(job, record)
        return decision

    @_never_raising
    def on_trial_complete(self, iteration: int, trials: list[Any], trial: Any, **info: Any) -> None:
        """Close the run as its last record says; one that was stopped with the study goes on when that is resumed."""
        last = self._last.get(trial.trial_id)
        if last is None:
            self._crash(trial.trial_id, status="failed", message="It reported nothing.")
        elif last.record.status == "running" and self._searcher.is_stopping:
            self._leave_open(trial.trial_id)
        else:
            self._end(trial.trial_id, last)

    @_never_raising
    def on_trial_error(self, iteration: int, trials: list[Any], trial: Any, **info: Any) -> None:
        """Write down that the run crashed, after what it had reported; one whose worker died goes on instead.

        A worker that was killed for its machine's memory may have been beside the one that needed it.
        """
        job, last = self._jobs[trial.trial_id], self._last.get(trial.trial_id)
        error = trial.get_error() or kill_in_hand()
        if last is not None and last.record.status == "stopped":  # its worker died while it was stopped
            self._end(trial.trial_id, last)
            return
        if is_disk_full(self._journal.folder, error):
            self._leave_open(trial.trial_id)
            self.give_up(in_words(error))
            return
        died = error is None or isinstance(error, RayActorError | OutOfMemoryError)
        if died and self._searcher.again(trial.trial_id):
            logger.warning(
                "%s: its worker died, and it goes on in another one: %s", job.info.run, reason(error)
            )
            self._leave_open(trial.trial_id)
            return
        logger.error("%s crashed: %s", job.info.run, error)
        status: Status = "out_of_memory" if isinstance(error, OutOfMemoryError) else "failed"
        self._crash(trial.trial_id, status=status, message=reason(error))

    def __getstate__(self) -> dict[str, Any]:
        """Return nothing: Tune pickles its parts for `Tuner.restore`, which a study does not use."""
        return {}

    @_never_raising
    def close(self) -> None:
        """Show the runs that were stopped with the study as not running: Tune tells nobody of their end."""
        for trial_id in sorted(self._open):
            self._leave_open(trial_id)

    def give_up(self, why: str) -> None:
        """Stop the study: going on would train what nobody will ever see."""
        self._searcher.stop(StudyError(why))

    def _leave_open(self, trial_id: str) -> None:
        """Let a run be as it is: it goes on in another worker, or when the study is resumed."""
        self._open.discard(trial_id)
        self._progress.stopped(self._jobs[trial_id])

    def _crash(self, trial_id: str, *, status: Status, message: str) -> None:
        """Write down that a run ended within an epoch, and close it."""
        job, last = self._jobs[trial_id], self._last.get(trial_id)
        epochs, cost_seconds = (last.record.epoch, last.record.cost_seconds) if last else (0, 0.0)
        crash = without_epoch(status, epochs=epochs, cost_seconds=cost_seconds)
        self._journal.write(job.info, crash)
        outcome = Outcome(
            status=status, objective=None, cost_seconds=cost_seconds, epochs=epochs, message=message
        )
        self._close(trial_id, crash, outcome)

    def _end(self, trial_id: str, last: _Last) -> None:
        record = last.record
        outcome = outcome_of(
            record.status,
            objective=record.objective,
            cost_seconds=record.cost_seconds,
            epochs=record.epoch,
            message=last.why,
        )
        self._close(trial_id, record, outcome)

    def _close(self, trial_id: str, record: EpochRecord, outcome: Outcome) -> None:
        job = self._jobs[trial_id]
        self._searcher.end(trial_id, outcome)
        self._open.discard(trial_id)
        self._progress.ended(job, record)
        if record.status != "running":
            self._states.forget(job.info.run)
        if job.info.stage == "confirm":
            self._confirmed()


class StudyStopper(Stopper):
    """Ray Tune's stopper: asked at every report whether its trial ends there, and at every step whether all do.

    Tune asks it before its trial scheduler, with the report as it came, and then tells of the end of the trial.
    """

    def __init__(self, recorder: Recorder, searcher: PlanSearcher) -> None:
        """Ask the recorder about a trial, and the searcher about the study."""
        self._recorder, self._searcher = recorder, searcher

    def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
        """Return whether the trial ends with this report."""
        decision = self._recorder.report(trial_id, result)
        return decision is not None and decision.stop

    def stop_all(self) -> bool:
        """Return whether all trials end now, unfinished: the study was told to stop."""
        return self._searcher.is_stopping

    def __getstate__(self) -> dict[str, Any]:
        """Return nothing: Tune pickles its parts for `Tuner.restore`, which a study does not use."""
        return {}


def reason(error: Exception | None) -> str:
    """Return why a trial crashed: the last line of its error, which in Ray's errors is the trainable's own."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else "The worker process ended without a word."


def record_of(result: dict[str, Any]) -> EpochRecord:
    """Return the record that a trial reported."""
    return EpochRecord(**{f.name: result[f.name] for f in fields(EpochRecord) if f.name in result})
