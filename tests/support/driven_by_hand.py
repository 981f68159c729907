"""A study whose Ray Tune is played by hand: everything that Tune would call is real, and nothing is trained."""

import io
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from study.errors import StudyError
from study.results.events import EventLog, StudyTime, read_events
from study.results.journal import Journal
from study.results.line_files import read_lines
from study.search.budget import StudyBudget
from study.search.jobs import Job, Outcome
from study.trial_schedulers.base import TrialScheduler
from study.trial_schedulers.none import NoStopping
from study.tuning.judged_runs import JudgedRuns
from study.tuning.progress import Progress
from study.tuning.recorded import Recorded
from study.tuning.recorder import Recorder, StudyStopper
from study.tuning.run_states import RunStates
from study.tuning.searcher import PlanSearcher
from tests.support.spaces import choice, log_uniform
from tests.support.study_plans import BUDGET, by_rate, make_study_plan
from trainables.record import EpochRecord

CHOICES = {"lr": choice(0.001, 0.003, 0.01, 0.03)}
RATES = {"lr": log_uniform(1e-3, 1e-1)}


class Trial:
    """What is used of a Tune trial."""

    def __init__(self, trial_id: str, error: Exception | None = None) -> None:
        self.trial_id = trial_id
        self._error = error

    def get_error(self) -> Exception | None:
        return self._error


class DrivenByHand:
    """One life of a study's driver, put together as the runner does.

    Trials are started, report and end as the test says, or `live` does it: with `at_once` workers, whose runs end in
    the order in which they began.
    """

    def __init__(
        self,
        folder: Path,
        *,
        budget: StudyBudget = BUDGET,
        arms: tuple[str, ...] = ("adapted", "fixed"),
        algorithm: str = "random",
        trial_scheduler: TrialScheduler | None = None,
        recorded: Mapping[str, Recorded] | None = None,
        profile: Path | None = None,
        at_once: int = 2,
    ) -> None:
        space = CHOICES if algorithm == "grid" else RATES
        self.folder, self.at_once = folder, at_once
        self.plan = make_study_plan(budget, spaces=dict.fromkeys(arms, space), algorithm=algorithm)
        path = folder / "journal" / "events.jsonl"
        events = read_events(path)
        self.log, self.journal = EventLog(path), Journal(folder / "journal")
        epochs: dict[str, int] = {}
        states, judged = RunStates(folder, epochs), JudgedRuns(trial_scheduler or NoStopping())
        self.searcher = PlanSearcher(
            self.plan, time=StudyTime(), log=self.log, states=states, judged=judged, profile=profile
        )
        self.printed = io.StringIO()
        self.progress = Progress(self.plan, console=Console(file=self.printed), num_concurrent_trials=at_once)
        self.recorder = Recorder(
            self.searcher, judged=judged, journal=self.journal, progress=self.progress, states=states, epochs=epochs
        )  # fmt: skip
        self.stopper = StudyStopper(self.recorder, self.searcher)
        self.given: list[Job] = []
        self._running: list[str] = []
        self._num_started = 0
        try:
            self.searcher.replay(events, recorded or {})
        except StudyError:
            self.die()
            raise

    def start(self, trial: Trial | None = None) -> Trial:
        """Start the next trial."""
        self._num_started += 1
        trial = trial or Trial(f"{self._num_started}")
        assert isinstance(self.searcher.suggest(trial.trial_id), dict)
        self.recorder.on_trial_start(0, [], trial)
        return trial

    def report(self, trial: Trial, **values: Any) -> bool:
        """Report an epoch; return whether the trial ends there."""
        value = values.get("val_objective", 0.5)
        record = EpochRecord(**{
            "epoch": 1, "phase": "all", "cycle": 0, "cycle_ended": False, "judged": True, "status": "running",
            "rates": {"head": 0.1}, "num_steps": 3, "body_passes": 9, "val_objective": value, "objective": value,
            **values,
        })  # fmt: skip
        result = {name: each for name, each in asdict(record).items() if each is not None}
        return self.stopper(trial.trial_id, {**result, "pid": 1, "trial_id": trial.trial_id})

    def complete(self, trial: Trial) -> None:
        """End a trial, in Tune's order: the searcher hears of it first, and the callback after it."""
        self.searcher.on_trial_complete(trial.trial_id, {})
        self.recorder.on_trial_complete(0, [], trial)

    def crash(self, trial: Trial) -> None:
        """Let a trial crash, in the same order."""
        self.searcher.on_trial_complete(trial.trial_id, error=True)
        self.recorder.on_trial_error(0, [], trial)

    def end(self, trial: Trial, outcome: Outcome) -> None:
        """End a trial with an outcome of the test's own."""
        self.searcher.end(trial.trial_id, outcome)

    def run_name(self, trial: Trial) -> str:
        return self.searcher.jobs[trial.trial_id].info.run

    def rows(self) -> list[dict[str, Any]]:
        """Return what is recorded."""
        return list(read_lines(self.folder / "journal" / "records.jsonl"))

    def outcomes(self) -> list[tuple[str, Outcome]]:
        return [(ended.job.info.run, ended.outcome) for ended in self.plan.completed_runs]

    def live(self, num_steps: int) -> bool:
        """Do so many things, then die; return whether everything was done before. Who has the higher rate is better."""
        try:
            return any(self._step(f"{step}") for step in range(num_steps))
        finally:
            self.die()

    def die(self) -> None:
        """Let go of the files."""
        self.log.close()
        self.journal.close()

    def _step(self, trial: str) -> bool:
        """Give a job to a free worker or let one end; return whether all is done."""
        if len(self._running) == self.at_once:
            self._end()
            return False
        suggested = self.searcher.suggest(trial)
        if suggested == "FINISHED":
            assert not self._running
            return True
        if suggested is None:
            self._end()
            return False
        self.given.append(self.searcher.jobs[trial])
        self._running.append(trial)
        return False

    def _end(self) -> None:
        trial = self._running.pop(0)
        self.searcher.end(trial, by_rate(self.searcher.jobs[trial]))
