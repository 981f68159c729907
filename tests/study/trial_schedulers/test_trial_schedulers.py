"""Trial schedulers alone: judged values in, a decision out, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.trial_schedulers.asha import Asha, rungs
from study.trial_schedulers.base import Judged, TrialHistory
from study.trial_schedulers.median_stopping import MedianStopping
from study.trial_schedulers.registry import TRIAL_SCHEDULERS, make_trial_scheduler

histories = st.lists(
    st.tuples(st.integers(1, 27), st.floats(0, 1)), min_size=1, max_size=6, unique_by=lambda each: each[0]
).map(lambda judged: tuple(sorted(judged)))

OWN = """
from study.trial_schedulers.base import Decision, TrialScheduler

class Floor(TrialScheduler):
    "Stops what is below a value that rises with the epochs."

    def __init__(self, *, max_epochs, grace_period):
        self.settings = (max_epochs, grace_period)

    def decide(self, trial, peers):
        epoch, value = trial.judged[-1]
        return Decision(stop=value < epoch / self.settings[0], why="too low")

class Greedy(TrialScheduler):
    def __init__(self, *, patience):
        pass

    def decide(self, trial, peers):
        return Decision(stop=True)

class Undecided(TrialScheduler):
    pass
"""


def running(*judged: Judged) -> list[TrialHistory]:
    return [TrialHistory(judged=each) for each in judged]


def made(name: str):
    return make_trial_scheduler(name, max_epochs=27, grace_period=1, reduction_factor=3)


def test_a_trial_counts_with_its_last_value_in_between() -> None:
    trial = TrialHistory(judged=((1, 0.1), (3, 0.3), (7, 0.7)))
    assert [trial.value_at(epoch) for epoch in (1, 2, 3, 6, 7, 20)] == [0.1, 0.1, 0.3, 0.3, 0.7, 0.7]
    assert trial.value_at(6, since=2) == 0.3
    assert trial.value_at(6, since=4) is None
    assert TrialHistory().value_at(5) is None


def test_median_stopping_compares_with_the_median_after_as_many_epochs() -> None:
    peers = running(((1, 0.2), (3, 0.9)), ((1, 0.4), (3, 0.9)), ((1, 0.6),), ((2, 0.0),))
    median_stopping = MedianStopping()
    # after one epoch the three that were judged by then have 0.2, 0.4 and 0.6
    assert not median_stopping.decide(TrialHistory(judged=((1, 0.4),)), peers).stop
    stopped = median_stopping.decide(TrialHistory(judged=((1, 0.39),)), peers)
    assert stopped.stop
    assert stopped.why == "0.39 is below 0.4, the median of 3 others"
    # after three: 0.9, 0.9, 0.6 and 0.0, whose median is 0.75
    assert median_stopping.decide(TrialHistory(judged=((1, 0.9), (3, 0.74))), peers).stop
    assert not median_stopping.decide(TrialHistory(judged=((1, 0.1), (3, 0.75))), peers).stop


def test_median_stopping_waits_for_its_grace_period_and_for_three_others() -> None:
    worst = TrialHistory(judged=((4, 0.0),))
    peers = running(((1, 0.5),), ((4, 0.5),), ((3, 0.5),))
    assert MedianStopping(grace_period=4).decide(worst, peers).stop
    assert not MedianStopping(grace_period=5).decide(worst, peers).stop
    assert not MedianStopping().decide(worst, peers[:2]).stop


def test_median_stopping_leaves_out_those_that_ended_before() -> None:
    there = running(((1, 0.2),), ((1, 0.4),))
    trial = TrialHistory(judged=((1, 0.1), (5, 0.1)))
    ended = [TrialHistory(judged=((1, 0.6),), num_epochs=number) for number in (4, 5)]
    assert not MedianStopping().decide(trial, [*there, ended[0]]).stop, "two others are left"
    assert MedianStopping().decide(trial, [*there, ended[1]]).stop


@pytest.mark.parametrize("name", sorted(TRIAL_SCHEDULERS))
@given(others=st.lists(histories, max_size=6), own=histories)
def test_the_best_is_never_stopped(name: str, others: list[Judged], own: Judged) -> None:
    best = max((value for judged in others for _, value in judged), default=0.0)
    trial = TrialHistory(judged=(*own[:-1], (own[-1][0], best)))
    assert not made(name).decide(trial, running(*others)).stop


def test_without_a_trial_scheduler_the_worst_goes_on() -> None:
    assert not made("none").decide(TrialHistory(judged=((27, 0.0),)), running(*[((1, 0.9),)] * 9)).stop


def test_the_rungs_are_powers_of_the_factor_below_the_whole() -> None:
    assert rungs(27, grace_period=1, factor=3) == (1, 3, 9)
    assert rungs(28, grace_period=2, factor=2) == (2, 4, 8, 16)
    assert rungs(4, grace_period=4, factor=2) == ()


def test_halving_compares_at_rungs_only_and_first_comers_go_on() -> None:
    asha = Asha(max_epochs=27, grace_period=2, reduction_factor=3)  # rungs 2, 6, 18

    def stops(others: list[TrialHistory], *judged: tuple[int, float]) -> bool:
        return asha.decide(TrialHistory(judged=judged), others).stop

    others = running(((2, 0.5), (6, 0.9)), ((2, 0.6),), ((2, 0.7),))
    assert stops(others, (2, 0.4))
    assert not stops(others, (2, 0.7))
    assert not stops(others[:2], (2, 0.4)), "fewer than the factor cannot be ranked"
    assert not stops(others, (2, 0.7), (4, 0.1)), "4 is no rung"
    assert not stops(others, (2, 0.7), (7, 0.1)), "one other has come so far"
    three = running(*(((2, 0.5), (6, value)) for value in (0.7, 0.8, 0.9)))
    assert stops(three, (2, 0.7), (7, 0.1)), "a cycle that ends at 7 has come to rung 6"
    assert not stops(three, (2, 0.7), (7, 0.1), (9, 0.1)), "between two rungs"


def test_halving_leaves_a_third_at_every_rung() -> None:
    """81 runs one after another, their order always the same; the first at a rung go on, as nobody is there yet."""
    asha = Asha(max_epochs=27)
    final = np.random.default_rng(0).permutation(81) / 81
    ended: list[TrialHistory] = []
    for value in final:
        judged: Judged = ()
        for epoch in range(1, 28):
            judged = (*judged, (epoch, float(value) * epoch))
            if epoch == 27 or asha.decide(TrialHistory(judged=judged), ended).stop:
                break
        ended.append(TrialHistory(judged=judged, num_epochs=epoch))
    epochs = np.array([peer.num_epochs for peer in ended])
    reached = [int((epochs >= rung + (rung < 27)).sum()) for rung in (1, 3, 9)]
    assert reached[0] <= 81 / 3 + 9
    assert reached[1] <= 81 / 9 + 9
    assert reached[2] <= 81 / 27 + 9


def test_one_of_the_users_gets_the_settings_that_it_names(tmp_path, monkeypatch) -> None:
    (tmp_path / "own_stopping.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)
    floor = made("own_stopping:Floor")
    assert floor.settings == (27, 1)
    assert floor.decide(TrialHistory(judged=((9, 0.3),)), []).stop
    assert not floor.decide(TrialHistory(judged=((9, 0.4),)), []).stop
    with pytest.raises(ValueError, match=r"can't be made \(TypeError: .*patience.*may name .* max_epochs"):
        made("own_stopping:Greedy")
    with pytest.raises(ValueError, match=r"does not fit; a class with a method decide\(self, trial, peers\)"):
        made("own_stopping:Undecided")
