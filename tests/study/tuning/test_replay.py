"""An interrupted study asks for what it would have asked for; Tune's part is played by hand."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.errors import StudyError
from study.results.events import StudyTime
from study.samplers.registry import SAMPLERS
from study.search.budget import BudgetRound
from study.search.jobs_left import num_jobs
from study.tuning.recorded import Recorded
from tests.support.driven_by_hand import DrivenByHand
from tests.support.study_plans import BUDGET, by_rate


@pytest.mark.parametrize("algorithm", SAMPLERS)
@settings(max_examples=20)
@given(lives=st.lists(st.integers(0, 30), max_size=5))
def test_a_study_that_died_asks_for_what_it_would_have_asked_for(
    tmp_path_factory: pytest.TempPathFactory, algorithm: str, lives: list[int]
) -> None:
    """One worker, so that what TPE has heard when it is asked does not depend on who was running."""
    whole = DrivenByHand(tmp_path_factory.mktemp("whole"), algorithm=algorithm, at_once=1)
    assert whole.live(1000)
    folder = tmp_path_factory.mktemp("parts")
    for num_steps in lives:
        DrivenByHand(folder, algorithm=algorithm, at_once=1).live(num_steps)
    last = DrivenByHand(folder, algorithm=algorithm, at_once=1)
    assert last.live(1000)
    assert last.outcomes() == whole.outcomes()
    names = [name for name, _ in last.outcomes()]
    assert len(names) == len(set(names)) == num_jobs(last.plan)


@settings(max_examples=20)
@given(
    lives=st.lists(st.integers(0, 30), max_size=4),
    extensions=st.sampled_from(
        [
            (BudgetRound(trials=3, confirm_seeds=(2004, 2005)),),
            (BudgetRound(trials=0, confirm_seeds=(2004,)), BudgetRound(trials=2, confirm_seeds=(2005,))),
        ]
    ),
)
def test_an_extension_that_died_goes_on_in_it(
    tmp_path_factory: pytest.TempPathFactory, lives: list[int], extensions: tuple[BudgetRound, ...]
) -> None:
    """The study ends, is extended, and its driver dies at any point of what was added."""
    folder = tmp_path_factory.mktemp("parts")
    first = DrivenByHand(folder, algorithm="tpe", at_once=1)
    assert first.live(1000)
    budget = replace(BUDGET, extensions=extensions)
    for num_steps in lives:
        DrivenByHand(folder, algorithm="tpe", budget=budget, at_once=1).live(num_steps)
    last = DrivenByHand(folder, algorithm="tpe", budget=budget, at_once=1)
    assert last.live(1000)
    whole = DrivenByHand(tmp_path_factory.mktemp("whole"), algorithm="tpe", budget=budget, at_once=1)
    assert whole.live(1000)
    assert last.outcomes() == whole.outcomes()
    assert last.outcomes()[: len(first.outcomes())] == first.outcomes()


@settings(max_examples=20)
@given(lives=st.lists(st.integers(1, 30), max_size=5))
def test_what_tpe_suggested_is_kept_and_the_number_of_trials_is_exact(
    tmp_path_factory: pytest.TempPathFactory, lives: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    configs: dict[str, Any] = {}
    for num_steps in (*lives, 1000):
        driver = DrivenByHand(folder, algorithm="tpe")
        done = dict(driver.outcomes())
        driver.live(num_steps)
        for job in driver.given:
            assert job.info.run not in done, "nothing that had ended is run again"
            assert configs.setdefault(job.info.run, dict(job.config)) == dict(job.config)
        assert done.items() <= dict(driver.outcomes()).items()
    assert len(driver.plan.of_stage("search", "fixed")) == BUDGET.num_trials
    suggested = [
        config["lr"] for run, config in configs.items() if run.startswith("fixed-0") and "select" not in run
    ]
    assert len(suggested) == len(set(suggested)) == BUDGET.num_trials


def test_a_run_whose_last_record_was_written_has_ended_although_its_driver_did_not_log_it(
    tmp_path: Path,
) -> None:
    first = DrivenByHand(tmp_path, algorithm="random")
    first.live(1)
    run = first.given[0].info.run
    second = DrivenByHand(
        tmp_path,
        recorded={run: Recorded(epochs=4, judged=((4, 0.5),), outcome=by_rate(first.given[0]))},
    )
    second.live(0)
    assert second.plan.open_jobs == ()
    assert second.outcomes() == [(run, replace(by_rate(first.given[0]), judged=((4, 0.5),)))]
    third = DrivenByHand(tmp_path, algorithm="random")
    third.live(0)
    assert third.outcomes() == second.outcomes()


def test_another_search_than_the_one_that_was_begun_is_refused(tmp_path: Path) -> None:
    DrivenByHand(tmp_path, algorithm="random").live(7)
    with pytest.raises(StudyError, match=r"can't be continued: \S+ would be another run now: lr "):
        DrivenByHand(tmp_path, algorithm="random", budget=replace(BUDGET, search_seed=1))


def test_the_minutes_of_a_search_go_on_where_they_stopped(tmp_path: Path) -> None:
    clock = StudyTime()
    clock.go_on_from(100.0)
    assert clock.seconds == 100.0
    assert clock.tick() >= 100.0


def test_a_driver_that_goes_on_traces_what_is_not_traced_yet(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    (folder / "adapted.json").touch()
    study = DrivenByHand(tmp_path, profile=folder)
    given = [study.searcher.suggest(f"{number}") for number in range(4)]
    study.die()
    traced = [config["profile"] for config in given if isinstance(config, dict) and "profile" in config]
    assert traced == [str(folder / "fixed.json")]
