"""An interrupted study asks for what it would have asked for; Tune's part is played by hand."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.errors import StudyError
from study.results.events import EventLog, StudyTime, read_events
from study.search.budget import Round, Rules
from study.search.jobs import Job, Outcome
from study.tuning.recorded import Recorded
from study.tuning.run_states import RunStates
from study.tuning.searcher import AgendaSearcher
from tests.support.agendas import RULES, by_rate, make_agenda
from tests.support.spaces import choice, log_uniform

CHOICES = {"lr": choice(0.001, 0.003, 0.01, 0.03)}
RATES = {"lr": log_uniform(1e-3, 1e-1)}


class Driver:
    """One life of a study's driver: two workers, whose runs end in the order in which they began."""

    def __init__(
        self,
        folder: Path,
        algorithm: str,
        *,
        rules: Rules = RULES,
        at_once: int = 2,
        recorded: Mapping[str, Recorded] | None = None,
    ) -> None:
        space = CHOICES if algorithm == "grid" else RATES
        self.agenda = make_agenda(rules, spaces={"adapted": space, "fixed": space}, algorithm=algorithm)
        path = folder / "events.jsonl"
        events = read_events(path)
        self.log = EventLog(path)
        self.searcher = AgendaSearcher(
            self.agenda, time=StudyTime(), log=self.log, states=RunStates(folder, {})
        )
        try:
            self.searcher.replay(events, recorded or {})
        except StudyError:
            self.log.close()
            raise
        self.at_once = at_once
        self.given: list[Job] = []
        self.running: list[str] = []

    def live(self, num_steps: int) -> bool:
        """Do so many things, then die; return whether everything was done before."""
        try:
            return any(self._step(f"{step}") for step in range(num_steps))
        finally:
            self.log.close()

    def _step(self, trial: str) -> bool:
        """Give a job to a free worker or let one end; return whether all is done."""
        if len(self.running) == self.at_once:
            self._end()
            return False
        suggested = self.searcher.suggest(trial)
        if suggested == "FINISHED":
            assert not self.running
            return True
        if suggested is None:
            self._end()
            return False
        self.given.append(self.searcher.jobs[trial])
        self.running.append(trial)
        return False

    def _end(self) -> None:
        trial = self.running.pop(0)
        self.searcher.end(trial, by_rate(self.searcher.jobs[trial]))


def outcomes(driver: Driver) -> list[tuple[str, Outcome]]:
    return [(ended.job.info.run, ended.outcome) for ended in driver.agenda.ended_jobs]


@pytest.mark.parametrize("algorithm", ["random", "quasi_random", "grid", "tpe"])
@settings(max_examples=20)
@given(lives=st.lists(st.integers(0, 30), max_size=5))
def test_a_study_that_died_asks_for_what_it_would_have_asked_for(
    tmp_path_factory: pytest.TempPathFactory, algorithm: str, lives: list[int]
) -> None:
    """One worker, so that what TPE has heard when it is asked does not depend on who was running."""
    whole = Driver(tmp_path_factory.mktemp("whole"), algorithm, at_once=1)
    assert whole.live(1000)
    folder = tmp_path_factory.mktemp("parts")
    for num_steps in lives:
        Driver(folder, algorithm, at_once=1).live(num_steps)
    last = Driver(folder, algorithm, at_once=1)
    assert last.live(1000)
    assert outcomes(last) == outcomes(whole)
    names = [name for name, _ in outcomes(last)]
    assert len(names) == len(set(names)) == last.agenda.num_jobs


@settings(max_examples=20)
@given(
    lives=st.lists(st.integers(0, 30), max_size=4),
    extensions=st.sampled_from(
        [
            (Round(trials=3, confirm_seeds=(2004, 2005)),),
            (Round(trials=0, confirm_seeds=(2004,)), Round(trials=2, confirm_seeds=(2005,))),
        ]
    ),
)
def test_an_extension_that_died_goes_on_in_it(
    tmp_path_factory: pytest.TempPathFactory, lives: list[int], extensions: tuple[Round, ...]
) -> None:
    """The study ends, is extended, and its driver dies at any point of what was added."""
    folder = tmp_path_factory.mktemp("parts")
    first = Driver(folder, "tpe", at_once=1)
    assert first.live(1000)
    rules = replace(RULES, extensions=extensions)
    for num_steps in lives:
        Driver(folder, "tpe", rules=rules, at_once=1).live(num_steps)
    last = Driver(folder, "tpe", rules=rules, at_once=1)
    assert last.live(1000)
    whole = Driver(tmp_path_factory.mktemp("whole"), "tpe", rules=rules, at_once=1)
    assert whole.live(1000)
    assert outcomes(last) == outcomes(whole)
    assert outcomes(last)[: len(outcomes(first))] == outcomes(first)


@settings(max_examples=20)
@given(lives=st.lists(st.integers(1, 30), max_size=5))
def test_what_tpe_suggested_is_kept_and_the_number_of_trials_is_exact(
    tmp_path_factory: pytest.TempPathFactory, lives: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    configs: dict[str, Any] = {}
    for num_steps in (*lives, 1000):
        driver = Driver(folder, "tpe")
        done = dict(outcomes(driver))
        driver.live(num_steps)
        for job in driver.given:
            assert job.info.run not in done, "nothing that had ended is run again"
            assert configs.setdefault(job.info.run, dict(job.config)) == dict(job.config)
        assert done.items() <= dict(outcomes(driver)).items()
    assert len(driver.agenda.of_stage("search", "fixed")) == RULES.num_trials
    suggested = [
        config["lr"] for run, config in configs.items() if run.startswith("fixed-0") and "select" not in run
    ]
    assert len(suggested) == len(set(suggested)) == RULES.num_trials


def test_a_run_whose_last_record_was_written_has_ended_although_its_driver_did_not_log_it(
    tmp_path: Path,
) -> None:
    first = Driver(tmp_path, "random")
    first.live(1)
    run = first.given[0].info.run
    second = Driver(
        tmp_path,
        "random",
        recorded={run: Recorded(epochs=4, judged=((4, 0.5),), outcome=by_rate(first.given[0]))},
    )
    second.live(0)
    assert second.agenda.open_jobs == ()
    assert outcomes(second) == [(run, replace(by_rate(first.given[0]), judged=((4, 0.5),)))]
    third = Driver(tmp_path, "random")
    third.live(0)
    assert outcomes(third) == outcomes(second)


def test_another_search_than_the_one_that_was_begun_is_refused(tmp_path: Path) -> None:
    Driver(tmp_path, "random").live(7)
    with pytest.raises(StudyError, match=r"can't be continued: \S+ would be another run now: lr "):
        Driver(tmp_path, "random", rules=replace(RULES, search_seed=1))


def test_the_minutes_of_a_search_go_on_where_they_stopped(tmp_path: Path) -> None:
    clock = StudyTime()
    clock.go_on_from(100.0)
    assert clock.seconds == 100.0
    assert clock.tick() >= 100.0


def test_a_driver_that_goes_on_traces_what_is_not_traced_yet(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    (folder / "adapted.json").touch()
    log = EventLog(tmp_path / "events.jsonl")
    searcher = AgendaSearcher(
        make_agenda(RULES, spaces={"adapted": RATES, "fixed": RATES}, algorithm="random"),
        time=StudyTime(), log=log, states=RunStates(tmp_path, {}), profile=folder,
    )  # fmt: skip
    given = [searcher.suggest(f"{number}") for number in range(4)]
    log.close()
    traced = [config["profile"] for config in given if isinstance(config, dict) and "profile" in config]
    assert traced == [str(folder / "fixed.json")]
