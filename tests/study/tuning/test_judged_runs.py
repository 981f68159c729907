"""Which peers the trial scheduler is asked with, over several drivers."""

from dataclasses import replace
from pathlib import Path

import pytest

from study.search.jobs import Outcome
from study.trial_schedulers.median_stopping import MedianStopping
from study.trial_schedulers.none import NoStopping
from study.tuning.recorded import Recorded
from tests.support.driven_by_hand import DrivenByHand
from tests.support.study_plans import BUDGET


def study_of(folder: Path, recorded: dict[str, Recorded] | None = None) -> DrivenByHand:
    return DrivenByHand(folder, trial_scheduler=MedianStopping(), recorded=recorded)


def test_a_trial_is_compared_within_its_arm_at_judged_epochs_until_it_ends(tmp_path: Path) -> None:
    study = study_of(tmp_path)
    trials = [study.start() for _ in range(8)]  # the arms alternate
    adapted, fixed = trials[::2], trials[1::2]
    for trial in adapted[:3]:
        assert not study.report(trial, val_objective=0.9)
    assert not study.report(fixed[0], val_objective=0.1), "it is alone in its arm"
    assert not study.report(adapted[3], val_objective=0.1, judged=False)
    assert study.report(adapted[3], epoch=2, val_objective=0.1)
    study.die()


def test_a_trial_scheduler_that_never_stops_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(NoStopping, "decide", lambda self, trial, peers: asked.append(len(peers)))
    study = DrivenByHand(tmp_path, trial_scheduler=NoStopping())
    assert not study.report(study.start())
    monkeypatch.setattr(NoStopping, "never_stops", False)
    study.report(study.start())
    assert asked == [0]
    study.die()


@pytest.mark.parametrize("repeats", [1, 2])
def test_trials_of_another_arm_or_search_are_no_peers(tmp_path: Path, repeats: int) -> None:
    study = DrivenByHand(
        tmp_path, budget=replace(BUDGET, repeats=repeats), trial_scheduler=MedianStopping(), at_once=16
    )
    trials = [study.start() for _ in range(8 * repeats)]  # of each search in turn, four times
    own, others = trials[:: 2 * repeats], [t for n, t in enumerate(trials) if n % (2 * repeats)]
    for trial in (*own[:2], *others):
        assert not study.report(trial, val_objective=0.9)
    assert not study.report(own[3], val_objective=0.1), "two of its own search are too few"
    assert not study.report(own[2], val_objective=0.9)
    assert study.report(own[3], epoch=2, val_objective=0.1)
    study.die()


def test_a_last_epoch_is_not_stopped_at(tmp_path: Path) -> None:
    study = study_of(tmp_path)
    adapted = [study.start() for _ in range(8)][::2]
    for trial in adapted[:3]:
        study.report(trial, val_objective=0.9)
    assert not study.report(adapted[3], val_objective=0.1, status="finished"), "it is over anyway"
    assert study.rows()[-1]["status"] == "finished"
    study.die()


def test_what_the_others_had_reached_survives_the_driver(tmp_path: Path) -> None:
    """One ended, two were running; the second driver knows all three, and does not judge an epoch twice."""
    first = study_of(tmp_path)
    trials = [first.start() for _ in range(8)][::2]
    names = [first.run_name(trial) for trial in trials]
    for trial in trials[:3]:
        first.report(trial, val_objective=0.9)
    first.end(trials[0], Outcome(status="finished", objective=0.9, epochs=4))
    first.die()
    recorded = {
        names[1]: Recorded(epochs=1, judged=((1, 0.9),)),
        names[2]: Recorded(epochs=1, judged=((1, 0.9),)),
        names[3]: Recorded(epochs=2, judged=((1, 0.2),)),
    }
    second = study_of(tmp_path, recorded)
    again = {second.run_name(trial): trial for trial in (second.start() for _ in range(7))}
    last = again[names[3]]
    assert not second.report(last, val_objective=0.2), "it is trained a second time up to where it was"
    assert second.report(last, epoch=2, val_objective=0.2)
    second.die()


def test_a_stopped_trial_is_no_candidate(tmp_path: Path) -> None:
    study = study_of(tmp_path)
    for number, trial in enumerate([study.start() for _ in range(8)]):
        status = "finished" if number < 4 else "stopped"
        outcome = Outcome(status=status, objective=0.5 if number < 4 else None, epochs=1)  # type: ignore[arg-type]
        study.end(trial, outcome)
    selection = [study.run_name(study.start()) for _ in range(8)]
    assert {name[: name.index("-select")] for name in selection} == {
        "adapted-0000", "adapted-0001", "fixed-0000", "fixed-0001",
    }  # fmt: skip
    study.die()
