"""What becomes of a trial's reports; Tune's part is played by hand, everything else is real."""

import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from ray.exceptions import ActorDiedError
from rich.console import Console

from study.results.events import EventLog, StudyTime
from study.results.journal import Journal
from study.results.line_files import read_lines
from study.search.arm_search import ArmSearch
from study.search.budget import Rules
from study.search.study_plan import Agenda
from study.spec.arms import Arm
from study.tuning.memory_kills import MemoryKillError
from study.tuning.progress import Progress
from study.tuning.recorder import Recorder
from study.tuning.run_states import RunStates
from study.tuning.searcher import MAX_DEATHS, AgendaSearcher
from tests.support.spaces import log_uniform
from trainables.record import EpochRecord

pytestmark = pytest.mark.filterwarnings("default")


class Trial:
    """What the recorder uses of a Tune trial."""

    def __init__(self, trial_id: str, error: Exception | None = None) -> None:
        self.trial_id = trial_id
        self._error = error

    def get_error(self) -> Exception | None:
        return self._error


class Setting:
    """A study of one arm, as the runner puts it together."""

    def __init__(self, folder: Path) -> None:
        rules = Rules(
            name="s", num_trials=3, minutes=None, search_seed=0, top=1, selection_seeds=(), confirm_seeds=(1,),
            per_architecture=False,
        )  # fmt: skip
        constants = {"recipe": "fixed_rate", "epochs": 2, "architecture": "small_resnet"}
        arm = Arm(
            name="fixed", recipe="fixed_rate", constants=constants, space={"lr": log_uniform(1e-3, 1e-1)}
        )
        search = ArmSearch(arm, study_name="s", algorithm="random", seed=0, num_trials=3)
        agenda = Agenda(
            rules, {"fixed": search}, common=lambda architecture: {"data": "d", "weights": "none"}
        )
        self.epochs: dict[str, int] = {}
        self.states = RunStates(folder, self.epochs)
        self.events = EventLog(folder / "journal" / "events.jsonl")
        self.searcher = AgendaSearcher(agenda, time=StudyTime(), log=self.events, states=self.states)
        self.journal = Journal(folder / "journal")
        self.printed = io.StringIO()
        self.progress = Progress(agenda, console=Console(file=self.printed), num_slots=2)
        self.recorder = Recorder(
            self.searcher,
            journal=self.journal,
            progress=self.progress,
            states=self.states,
            epochs=self.epochs,
        )
        self.folder = folder

    def start(self, trial: Trial) -> None:
        assert isinstance(self.searcher.suggest(trial.trial_id), dict)
        self.recorder.on_trial_start(0, [], trial)

    def report(self, trial: Trial, **values: Any) -> dict[str, Any]:
        record = EpochRecord(**{
            "epoch": 1, "phase": "all", "cycle": 0, "cycle_ended": False, "judged": True, "status": "running",
            "rates": {"head": 0.1}, "num_steps": 3, "body_passes": 9, "val_objective": 0.5, "objective": 0.5, **values,
        })  # fmt: skip
        result = {k: v for k, v in asdict(record).items() if v is not None} | {
            "pid": 1,
            "trial_id": trial.trial_id,
        }
        self.recorder.on_trial_result(0, [], trial, result)
        return result

    def rows(self) -> list[dict[str, Any]]:
        return list(read_lines(self.folder / "journal" / "records.jsonl"))


@pytest.fixture
def setting(tmp_path: Path) -> Any:
    made = Setting(tmp_path)
    yield made
    made.journal.close()
    made.events.close()


def test_a_report_is_written_down_as_it_comes(setting: Setting) -> None:
    trial = Trial("a")
    setting.start(trial)
    setting.report(trial)
    result = setting.report(trial, epoch=2, status="finished", objective=0.75, val_objective=0.75)
    setting.searcher.on_trial_complete("a", result)
    setting.recorder.on_trial_complete(0, [], trial)
    assert [(r["run"], r["epoch"], r["objective"]) for r in setting.rows()] == [
        ("fixed-0000", 1, 0.5), ("fixed-0000", 2, 0.75),
    ]  # fmt: skip
    assert setting.searcher.agenda.of_stage("search")[0].outcome.objective == 0.75
    assert setting.recorder.problem == ""


def test_a_trial_ends_with_the_record_at_which_it_was_stopped(setting: Setting) -> None:
    """In Tune's order: the scheduler decides, the callback writes, the searcher hears of the end."""
    trial = Trial("a")
    setting.start(trial)
    setting.searcher.stopped.add("a")
    result = setting.report(trial)
    assert result["status"] == "stopped"
    setting.searcher.on_trial_complete("a", result)
    setting.recorder.on_trial_complete(0, [], trial)
    assert [(r["epoch"], r["status"], r["val_objective"]) for r in setting.rows()] == [(1, "stopped", 0.5)]
    (ended,) = setting.searcher.agenda.of_stage("search")
    assert (ended.outcome.status, ended.outcome.objective, ended.outcome.epochs) == ("stopped", None, 1)
    assert setting.recorder.problem == ""


@pytest.mark.parametrize("error", [False, True])
def test_no_more_trials_are_given_out_than_run_at_once(setting: Setting, error: bool) -> None:
    """A place is free again where a trial has ended, whichever way."""
    setting.searcher.num_slots = 1
    trial = Trial("a", RuntimeError("killed") if error else None)
    setting.start(trial)
    assert setting.searcher.suggest("b") is None
    result = setting.report(trial, status="running" if error else "finished")
    setting.searcher.on_trial_complete("a", None if error else result, error=error)
    assert isinstance(setting.searcher.suggest("c"), dict)
    assert setting.searcher.suggest("d") is None


def test_the_reason_of_crashes_reaches_the_user(setting: Setting) -> None:
    """In Tune's order: the searcher hears of an error first, and the callback after it knows why."""
    for name in ("a", "b", "c"):
        trial = Trial(name, RuntimeError("Traceback ...\n  File x\nValueError: no such weights: w.pt"))
        setting.start(trial)
        setting.report(trial)
        setting.searcher.on_trial_complete(name, error=True)
        setting.recorder.on_trial_error(0, [], trial)
    assert str(setting.searcher.problem) == (
        "arm fixed: the first 3 trials crashed. ValueError: no such weights: w.pt"
    )
    assert setting.searcher.suggest("d") == "FINISHED"
    assert [r["status"] for r in setting.rows()] == ["running", "failed"] * 3
    assert setting.rows()[1]["val_objective"] is None


def test_a_run_whose_worker_died_goes_on_and_is_no_crash_until_that_happens_too_often(
    setting: Setting,
) -> None:
    for name in ("a", "b", "c"):
        trial = Trial(name, ActorDiedError())
        setting.start(trial)
        assert setting.searcher.jobs[name].info.run == "fixed-0000"
        setting.report(trial)
        setting.searcher.on_trial_complete(name, error=True)
        setting.recorder.on_trial_error(0, [], trial)
    assert [(r["epoch"], r["status"]) for r in setting.rows()] == [(1, "running"), (2, "failed")]
    setting.start(Trial("d"))
    assert setting.searcher.jobs["d"].info.run == "fixed-0001"


def test_a_run_that_ray_kills_for_its_memory_again_and_again_ran_out_of_memory(setting: Setting) -> None:
    for number in range(1 + MAX_DEATHS):
        assert setting.rows() == []
        trial = Trial(f"{number}", MemoryKillError("killed"))
        setting.start(trial)
        setting.recorder.on_trial_error(0, [], trial)
    assert setting.rows()[-1]["status"] == "out_of_memory"
    assert setting.searcher.agenda.of_stage("search")[0].outcome.status == "out_of_memory"


def test_what_cannot_be_written_down_stops_the_study_and_does_not_reach_tune(setting: Setting) -> None:
    trial = Trial("a")
    setting.start(trial)
    setting.journal.close()
    setting.report(trial)
    assert "closed file" in setting.recorder.problem
    assert "cannot be written down" in str(setting.searcher.problem)
    assert setting.searcher.stopping.is_set()


def test_progress_says_what_is_done_and_what_is_left(setting: Setting) -> None:
    assert setting.progress.seconds_left() is None
    trial = Trial("a")
    setting.start(trial)
    result = setting.report(trial, epoch=2, status="finished", objective=0.75, val_objective=0.75)
    setting.searcher.on_trial_complete("a", result)
    setting.recorder.on_trial_complete(0, [], trial)
    left = setting.progress.seconds_left()
    assert left is not None
    assert left >= 0
    assert "search: 0 of 4 runs (fixed 0 done, 1 running)" in setting.printed.getvalue()
