"""The study's plan as a Ray Tune searcher: Tune asks for a trial, the plan says which."""

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ray.tune.search import Searcher

from study.errors import StudyError
from study.results.disk_room import in_words
from study.results.events import Event, EventLog, StudyTime
from study.results.places import without_places
from study.search.jobs import Job, Outcome
from study.search.study_plan import StudyPlan
from study.tuning.judged_runs import JudgedRuns
from study.tuning.recorded import NOTHING, Recorded
from study.tuning.run_states import RunStates

logger = logging.getLogger(__name__)

MAX_DEATHS = 2
"""How often the worker process of a run may die (killed, or its node lost) before the run counts as crashed."""


class PlanSearcher(Searcher):
    """Hands the plan's jobs to Tune and their ends back.

    Attributes:
        jobs: The job of every Tune trial, by trial id.
        problem: Why the plan stopped early; None while all is well.
        interrupted_by: The signal that the study was told to stop by; empty where there was none.
        num_concurrent_trials: Trials at once; no more are given out, since Tune would start a process for each that
            waits. None gives out as many as are asked for.
    """

    def __init__(
        self,
        plan: StudyPlan,
        *,
        time: StudyTime,
        log: EventLog,
        states: RunStates,
        judged: JudgedRuns,
        profile: Path | None = None,
    ) -> None:
        """Take over a plan that gives nothing out yet.

        Args:
            plan: What the study trains.
            time: The plan's own time.
            log: Takes what happens.
            states: Finds the saved states of runs that an earlier driver left open.
            judged: Is told of every run that begins and ends.
            profile: Folder for traces of a search trial of each arm, beside an earlier driver's; None traces none.
        """
        super().__init__(metric="objective", mode="max")
        self.plan = plan
        self.jobs: dict[str, Job] = {}
        self.problem: StudyError | None = None
        self.interrupted_by = ""
        self.num_concurrent_trials: int | None = None
        self._live: set[str] = set()
        self._iterator = iter(plan)
        self._time, self._log, self._states, self._judged = time, log, states, judged
        self._profile = profile
        self._profiled = {trace.stem for trace in profile.glob("*.json")} if profile else set()
        self._waiting = False
        self._again: deque[Job] = deque()
        self._deaths: Counter[str] = Counter()

    def suggest(self, trial_id: str) -> dict[str, Any] | str | None:  # type: ignore[override]  # Tune's own is too narrow
        """Return the next job's configuration, None while jobs have to end first, or that all is done."""
        if self.is_stopping:
            return Searcher.FINISHED
        if self.num_concurrent_trials is not None and len(self._live) >= self.num_concurrent_trials:
            return None
        try:
            job, state = self._next()
        except StopIteration:
            return Searcher.FINISHED
        except (StudyError, OSError) as error:
            self.stop(error)
            return Searcher.FINISHED
        if job is None:
            return None
        self.jobs[trial_id] = job
        self._live.add(trial_id)
        return {**job.config, **({"continue_from": str(state)} if state else self._traced(job))}

    def _traced(self, job: Job) -> dict[str, str]:
        """Return what has a job write a trace, if it is the one of its arm that does."""
        info = job.info
        if self._profile is None or info.stage != "search" or info.arm in self._profiled:
            return {}
        self._profiled.add(info.arm)
        return {"profile": str(self._profile / f"{info.arm}.json")}

    def replay(self, events: Iterable[Event], recorded: Mapping[str, Recorded]) -> None:
        """Bring the plan to where an earlier driver left it; what was open then is given out again first.

        Args:
            events: What the earlier drivers logged, in order.
            recorded: What the journal has of runs, by name; of one that was not logged as ended it may have the end.

        Raises:
            StudyError: If the plan gives something else than it gave then, or the study could not go on then.
        """
        for event in events:
            self._time.go_on_from(event.at)
            if event.kind == "ended":
                assert event.outcome is not None, "every end has its outcome"
                self._judged.take_up(event.run, event.outcome.judged)
                self._judged.end(event.run, event.outcome.epochs)
                self.plan.complete(event.run, event.outcome)
            else:
                job = next(self._iterator, None)
                _check_same(job, event)
                if job is not None:
                    self._judged.begin(job.info)
            self._waiting = event.kind == "waited"
        for job in self.plan.open_jobs:
            known = recorded.get(job.info.run, NOTHING)
            self._judged.take_up(job.info.run, known.judged)
            if known.outcome is not None:
                self._end(job.info.run, known.outcome)
        self._again.extend(self.plan.open_jobs)

    @property
    def has_more(self) -> bool:
        """Whether anything is left to train; asked once, before Tune asks for jobs."""
        if self._again:
            return True
        try:
            job, _ = self._next()
        except StopIteration:
            return False
        assert job is not None, "nothing runs that could be waited for"
        self._again.append(job)
        return True

    def _next(self) -> tuple[Job | None, Path | None]:
        """Return the next job, and the state that it goes on from; no job where one has to end first.

        Raises:
            StopIteration: If all is done.
        """
        if self._again:
            job = self._again.popleft()
            return job, self._states.latest(job.info.run)
        at = self._time.tick()
        following = next(self._iterator)
        if following is not None:
            info = following.info
            self._judged.begin(info)
            self._log.append(
                Event(
                    kind="asked",
                    at=at,
                    run=info.run,
                    arm=info.arm,
                    stage=info.stage,
                    repeat=info.repeat if self.plan.budget.repeats > 1 else None,
                    config=dict(following.config),
                )
            )
        elif not self._waiting:
            self._log.append(Event(kind="waited", at=at))
        self._waiting = following is None
        return following, None

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        """Note that a place is free; how the trial ended the recorder tells, who knows what was recorded of it."""
        self._live.discard(trial_id)

    def again(self, trial_id: str) -> bool:
        """Give a job out once more whose worker process died; return False where that happened too often."""
        job = self.jobs[trial_id]
        self._deaths[job.info.run] += 1
        if self._deaths[job.info.run] > MAX_DEATHS:
            return False
        self._again.append(job)
        return True

    def end(self, trial_id: str, outcome: Outcome) -> None:
        """Tell the plan how a trial ended."""
        try:
            self._end(self.jobs[trial_id].info.run, outcome)
        except (StudyError, OSError) as problem:
            self.stop(problem)

    def _end(self, run: str, outcome: Outcome) -> None:
        outcome = replace(outcome, judged=self._judged.end(run, outcome.epochs))
        self._log.append(Event(kind="ended", at=self._time.tick(), run=run, outcome=outcome))
        self._waiting = False
        self.plan.complete(run, outcome)

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

    @property
    def is_stopping(self) -> bool:
        """Whether nothing more is handed out, and running trials are to be stopped."""
        return self.problem is not None or bool(self.interrupted_by)

    def interrupt(self, signal_name: str) -> None:
        """Hand out nothing more and let running trials be stopped; a signal's handler may call it."""
        self.interrupted_by = signal_name

    def stop(self, problem: StudyError | OSError) -> None:
        """Hand out nothing more and let running trials be stopped; the first problem is the one that counts."""
        if isinstance(problem, OSError):
            problem = StudyError(in_words(problem))
        logger.error("the study stops: %s", problem)
        self.problem = self.problem or problem


def _check_same(job: Job | None, event: Event) -> None:
    """Refuse to go on where the plan does not give what it gave when the event was logged."""
    if (job.info.run if job else "") != event.run:
        raise StudyError(
            f"the study can't be continued: {event.run or 'nothing'} came next when it ran, but now "
            f"{job.info.run if job else 'nothing'} would; "
            "was it run with another version of lrstudy or Optuna, or are its source weights gone from the cache?"
        )
    if job is None or event.config is None:
        return
    now, then = without_places(job.config), without_places(event.config)
    different = sorted(key for key in now.keys() | then.keys() if now.get(key) != then.get(key))
    if different:
        changes = ", ".join(f"{key} {then.get(key)!r} -> {now.get(key)!r}" for key in different)
        raise StudyError(f"the study can't be continued: {event.run} would be another run now: {changes}")
