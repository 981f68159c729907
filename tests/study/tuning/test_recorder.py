"""What becomes of a trial's reports; Tune's part is played by hand, everything else is real."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from ray.exceptions import ActorDiedError
from ray.tune.search import Searcher

from study.trial_schedulers.base import Decision, TrialScheduler
from study.tuning.ray_patches import MemoryKillError
from study.tuning.searcher import MAX_DEATHS
from tests.support.driven_by_hand import DrivenByHand, Trial
from tests.support.study_plans import BUDGET

pytestmark = pytest.mark.filterwarnings("default")

THREE_TRIALS = replace(BUDGET, num_trials=3, top=1, selection_seeds=(), confirm_seeds=(1,))


class StopAtSecondEpoch(TrialScheduler):
    """Stops every trial at its second epoch."""

    def decide(self, trial, peers):
        epoch, value = trial.judged[-1]
        return Decision(stop=epoch == 2, why=f"{value} is enough")


class Broken(TrialScheduler):
    """A scheduler with a mistake in it."""

    def decide(self, trial, peers):
        return peers[0]


def study_of(folder: Path, trial_scheduler: TrialScheduler | None = None) -> DrivenByHand:
    return DrivenByHand(folder, budget=THREE_TRIALS, arms=("fixed",), trial_scheduler=trial_scheduler)


@pytest.fixture
def study(tmp_path: Path) -> Iterator[DrivenByHand]:
    made = study_of(tmp_path)
    yield made
    made.die()


def test_a_report_is_written_down_as_it_comes(study: DrivenByHand) -> None:
    trial = study.start()
    assert not study.report(trial)
    study.report(trial, epoch=2, status="finished", val_objective=0.75)
    study.report(trial, epoch=2, status="finished", val_objective=0.75)  # Tune tells of the last one twice
    study.complete(trial)
    assert [(r["run"], r["epoch"], r["objective"]) for r in study.rows()] == [
        ("fixed-0000", 1, 0.5), ("fixed-0000", 2, 0.75),
    ]  # fmt: skip
    (ended,) = study.plan.of_stage("search")
    assert (ended.outcome.objective, ended.outcome.judged) == (0.75, ((1, 0.5), (2, 0.75)))
    assert study.recorder.problem == ""


def test_a_trial_ends_with_the_record_at_which_it_was_stopped(tmp_path: Path) -> None:
    study = study_of(tmp_path, StopAtSecondEpoch())
    trial = study.start()
    assert not study.report(trial)
    assert study.report(trial, epoch=2, val_objective=0.25)
    assert study.report(trial, epoch=2, val_objective=0.25), "Tune may tell of the last report once more"
    study.complete(trial)
    assert [(r["epoch"], r["status"], r["val_objective"]) for r in study.rows()] == [
        (1, "running", 0.5), (2, "stopped", 0.25),
    ]  # fmt: skip
    ((_, outcome),) = study.outcomes()
    assert (outcome.status, outcome.objective, outcome.epochs) == ("stopped", None, 2)
    assert outcome.message == "0.25 is enough"
    assert study.recorder.problem == ""
    study.die()


def test_a_worker_that_dies_while_its_trial_is_stopped_changes_nothing(tmp_path: Path) -> None:
    study = study_of(tmp_path, StopAtSecondEpoch())
    trial = study.start(Trial("a", ActorDiedError()))
    study.report(trial, epoch=2)
    study.crash(trial)
    assert [(run, outcome.status) for run, outcome in study.outcomes()] == [("fixed-0000", "stopped")]
    assert [r["status"] for r in study.rows()] == ["stopped"]
    study.die()


def test_a_trial_scheduler_that_fails_stops_the_study_with_its_sentence(tmp_path: Path) -> None:
    study = study_of(tmp_path, Broken())
    assert not study.report(study.start())
    assert study.searcher.is_stopping
    assert str(study.searcher.problem) == (
        "search.trial_scheduler: Broken failed at fixed-0000: IndexError: list index out of range"
    )
    study.die()


@pytest.mark.parametrize("returned", [True, None, Decision(stop=True, why=KeyError(3))])  # type: ignore[arg-type]
def test_a_trial_scheduler_that_returns_no_decision_stops_the_study_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, returned: object
) -> None:
    monkeypatch.setattr(Broken, "decide", lambda self, trial, peers: returned)
    study = study_of(tmp_path, Broken())
    assert not study.report(study.start())
    assert str(study.searcher.problem) == (
        f"search.trial_scheduler: Broken returned {returned!r}; a Decision is allowed, with a text for why"
    )
    study.die()


def test_a_trial_that_is_ended_with_the_study_goes_on_when_that_is_resumed(study: DrivenByHand) -> None:
    trial = study.start()
    study.report(trial)
    assert not study.stopper.stop_all()
    study.searcher.interrupt("SIGINT")
    assert study.stopper.stop_all()
    assert study.searcher.suggest("next") == Searcher.FINISHED
    study.complete(trial)
    study.recorder.close()
    assert study.outcomes() == []
    assert [job.info.run for job in study.plan.open_jobs] == ["fixed-0000"]


def test_a_trial_that_reports_nothing_has_crashed(study: DrivenByHand) -> None:
    trial = study.start()
    study.complete(trial)
    ((_, outcome),) = study.outcomes()
    assert (outcome.status, outcome.message) == ("failed", "It reported nothing.")
    assert [(r["epoch"], r["status"]) for r in study.rows()] == [(1, "failed")]


@pytest.mark.parametrize("error", [False, True])
def test_no_more_trials_are_given_out_than_run_at_once(study: DrivenByHand, error: bool) -> None:
    """A place is free again where a trial has ended, whichever way."""
    study.searcher.num_concurrent_trials = 1
    trial = study.start(Trial("a", RuntimeError("killed") if error else None))
    assert study.searcher.suggest("b") is None
    study.report(trial, status="running" if error else "finished")
    (study.crash if error else study.complete)(trial)
    assert isinstance(study.searcher.suggest("c"), dict)
    assert study.searcher.suggest("d") is None


def test_the_reason_of_crashes_reaches_the_user(study: DrivenByHand) -> None:
    for name in ("a", "b", "c"):
        trial = Trial(name, RuntimeError("Traceback ...\n  File x\nValueError: no such weights: w.pt"))
        study.start(trial)
        study.report(trial)
        study.crash(trial)
    assert str(study.searcher.problem) == (
        "arm fixed: the first 3 trials crashed. ValueError: no such weights: w.pt"
    )
    assert study.searcher.suggest("d") == "FINISHED"
    assert [r["status"] for r in study.rows()] == ["running", "failed"] * 3
    assert study.rows()[1]["val_objective"] is None


def test_a_run_whose_worker_died_goes_on_and_is_no_crash_until_that_happens_too_often(
    study: DrivenByHand,
) -> None:
    for name in ("a", "b", "c"):
        trial = study.start(Trial(name, ActorDiedError()))
        assert study.run_name(trial) == "fixed-0000"
        study.report(trial)
        study.crash(trial)
    assert [(r["epoch"], r["status"]) for r in study.rows()] == [(1, "running"), (2, "failed")]
    assert study.run_name(study.start(Trial("d"))) == "fixed-0001"


def test_a_run_that_ray_kills_for_its_memory_again_and_again_ran_out_of_memory(study: DrivenByHand) -> None:
    for number in range(1 + MAX_DEATHS):
        assert study.rows() == []
        study.crash(study.start(Trial(f"{number}", MemoryKillError("killed"))))
    assert study.rows()[-1]["status"] == "out_of_memory"
    assert study.plan.of_stage("search")[0].outcome.status == "out_of_memory"


def test_what_cannot_be_written_down_stops_the_study_and_does_not_reach_tune(study: DrivenByHand) -> None:
    trial = study.start()
    study.journal.close()
    study.report(trial)
    assert "closed file" in study.recorder.problem
    assert "cannot be written down" in str(study.searcher.problem)
    assert study.searcher.is_stopping


def test_progress_says_what_is_done_and_what_is_left(study: DrivenByHand) -> None:
    assert study.progress.seconds_left() is None
    trial = study.start()
    study.report(trial, epoch=2, status="finished", val_objective=0.75)
    study.complete(trial)
    left = study.progress.seconds_left()
    assert left is not None
    assert left >= 0
    assert "search: 0 of 4 runs; 0 s used\n  fixed  0 done, 1 running\n" in study.printed.getvalue()
