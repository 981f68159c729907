"""Which trials are stopped early: the rules alone, and the searcher that asks them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.results.events import EventLog, StudyTime, read_events
from study.search.jobs import Outcome
from study.search.study_plan import Agenda
from study.trial_schedulers.rules import MIN_OTHERS, Judged, Peer, at_or_before, rungs, stopping_rule
from study.tuning.recorded import Recorded
from study.tuning.run_states import RunStates
from study.tuning.searcher import AgendaSearcher
from tests.support.agendas import make_agenda

values = st.floats(0, 1)
histories = st.lists(st.tuples(st.integers(1, 27), values), min_size=1, max_size=6, unique_by=lambda each: each[0]).map(
    sorted
)  # fmt: skip


def rule(name: Any, **more: Any) -> Any:
    found = stopping_rule(name, max_epochs=27, **more)
    assert found is not None
    return found


def test_nothing_is_stopped_without_a_scheduler() -> None:
    assert stopping_rule("none", max_epochs=27) is None


@given(judged=histories, since=st.integers(0, 27), epoch=st.integers(1, 27))
def test_a_run_counts_with_its_last_value_in_between(judged: Judged, since: int, epoch: int) -> None:
    between = [value for at, value in judged if since <= at <= epoch]
    assert at_or_before(judged, epoch, since=since) == between[-1:]


@given(others=st.lists(histories, min_size=MIN_OTHERS, max_size=6), own=histories, ended=st.integers(0, 27))
def test_the_median_rule_stops_what_lies_below_the_median_of_those_that_still_run(
    others: list[Judged], own: Judged, ended: int
) -> None:
    epoch, value = own[-1]
    known = [found for judged in others for found in at_or_before(judged, epoch)]
    expected = len(known) >= MIN_OTHERS and value < float(np.median(known))
    there = peers(*others)
    assert rule("median_stopping")(own, there) == expected
    assert not rule("median_stopping", grace_period=epoch + 1)(own, there)
    gone = Peer(judged=[(1, -1.0)], epochs=ended)
    assert ended >= epoch or rule("median_stopping")(own, [*there, gone]) == expected


@pytest.mark.parametrize("name", ["median_stopping", "asha"])
@given(others=st.lists(histories, max_size=6), own=histories)
def test_the_best_is_never_stopped(name: str, others: list[Judged], own: Judged) -> None:
    best = max((value for judged in others for _, value in judged), default=0.0)
    assert not rule(name)([*own[:-1], (own[-1][0], best)], peers(*others))


def test_the_rungs_are_powers_of_the_factor_below_the_whole() -> None:
    assert rungs(27, grace_period=1, factor=3) == (1, 3, 9)
    assert rungs(28, grace_period=2, factor=2) == (2, 4, 8, 16)
    assert rungs(4, grace_period=4, factor=2) == ()


def test_halving_compares_at_rungs_only_and_first_comers_go_on() -> None:
    asha = rule("asha", grace_period=2, reduction_factor=3)  # rungs 2, 6, 18
    others = peers([(2, 0.5), (6, 0.9)], [(2, 0.6)], [(2, 0.7)])
    assert asha([(2, 0.4)], others)
    assert not asha([(2, 0.7)], others)
    assert not asha([(2, 0.4)], others[:2]), "fewer than the factor cannot be ranked"
    assert not asha([(2, 0.7), (4, 0.1)], others), "4 is no rung"
    assert not asha([(2, 0.7), (7, 0.1)], others), "one other has come so far"
    three = peers(*([(2, 0.5), (6, value)] for value in (0.7, 0.8, 0.9)))
    assert asha([(2, 0.7), (7, 0.1)], three), "a cycle that ends at 7 has come to rung 6"
    assert not asha([(2, 0.7), (7, 0.1), (9, 0.1)], three), "between two rungs"


def test_halving_leaves_a_third_at_every_rung() -> None:
    """81 runs one after another, their order always the same; the first at a rung go on, as nobody is there yet."""
    asha = rule("asha", reduction_factor=3)
    final = np.random.default_rng(0).permutation(81) / 81
    ended: list[Peer] = []
    for value in final:
        judged: list[tuple[int, float]] = []
        for epoch in range(1, 28):
            judged.append((epoch, float(value) * epoch))
            if epoch == 27 or asha(judged, ended):
                break
        ended.append(Peer(judged=judged, epochs=epoch))
    epochs = np.array([peer.epochs for peer in ended])
    reached = [int((epochs >= rung + (rung < 27)).sum()) for rung in (1, 3, 9)]
    assert reached[0] <= 81 / 3 + 9
    assert reached[1] <= 81 / 9 + 9
    assert reached[2] <= 81 / 27 + 9


def peers(*judged: Judged) -> list[Peer]:
    """Return runs that are running."""
    return [Peer(judged=each) for each in judged]


class Study:
    """A searcher whose trials report by hand."""

    def __init__(self, folder: Path, recorded: dict[str, Recorded] | None = None) -> None:
        self.agenda: Agenda = make_agenda()
        events = read_events(folder / "events.jsonl")
        self.log = EventLog(folder / "events.jsonl")
        self.searcher = AgendaSearcher(
            self.agenda, time=StudyTime(), log=self.log, states=RunStates(folder, {}), rule=rule("median_stopping")
        )  # fmt: skip
        self.searcher.replay(events, recorded or {})
        self.num_given = 0

    def start(self) -> str:
        self.num_given += 1
        trial = str(self.num_given)
        assert isinstance(self.searcher.suggest(trial), dict)
        return trial

    def judge(
        self, trial: str, epoch: int, value: float, status: str = "running", judged: bool = True
    ) -> bool:
        result = {"judged": judged, "val_objective": value, "epoch": epoch, "status": status}
        return self.searcher.judge(trial, result)

    def run_name(self, trial: str) -> str:
        return self.searcher.jobs[trial].info.run


def test_a_trial_is_compared_within_its_arm_at_judged_epochs_until_it_ends(tmp_path: Path) -> None:
    study = Study(tmp_path)
    trials = [study.start() for _ in range(8)]  # the arms alternate
    adapted, fixed = trials[::2], trials[1::2]
    for trial in adapted[:3]:
        assert not study.judge(trial, 1, 0.9)
    assert not study.judge(fixed[0], 1, 0.1), "it is alone in its arm"
    assert not study.judge(adapted[3], 1, 0.1, judged=False)
    assert not study.judge(adapted[3], 4, 0.1, status="finished"), "it is over anyway"
    assert study.judge(adapted[3], 1, 0.1)
    assert study.searcher.stopped == {adapted[3]}
    study.log.close()


def test_what_the_others_had_reached_survives_the_driver(tmp_path: Path) -> None:
    """One ended, two were running; the second driver knows all three, and does not judge an epoch twice."""
    first = Study(tmp_path)
    trials = [first.start() for _ in range(8)][::2]
    names = [first.run_name(trial) for trial in trials]
    for trial in trials[:3]:
        first.judge(trial, 1, 0.9)
    first.searcher.end(trials[0], Outcome(status="finished", objective=0.9, epochs=4))
    first.log.close()
    recorded = {
        names[1]: Recorded(epochs=1, judged=((1, 0.9),)),
        names[2]: Recorded(epochs=1, judged=((1, 0.9),)),
        names[3]: Recorded(epochs=2, judged=((1, 0.2),)),
    }
    second = Study(tmp_path, recorded)
    again = {second.run_name(trial): trial for trial in (second.start() for _ in range(7))}
    last = again[names[3]]
    assert not second.judge(last, 1, 0.2), "it was let go on, and is trained a second time up to where it was"
    assert second.judge(last, 2, 0.2)
    second.log.close()


def test_a_stopped_trial_is_no_candidate(tmp_path: Path) -> None:
    study = Study(tmp_path)
    for number, trial in enumerate([study.start() for _ in range(8)]):
        status = "finished" if number < 4 else "stopped"
        outcome = Outcome(status=status, objective=0.5 if number < 4 else None, epochs=1)  # type: ignore[arg-type]
        study.searcher.end(trial, outcome)
    selection = [study.run_name(study.start()) for _ in range(8)]
    assert {name[: name.index("-select")] for name in selection} == {
        "adapted-0000", "adapted-0001", "fixed-0000", "fixed-0001",
    }  # fmt: skip
    study.log.close()
