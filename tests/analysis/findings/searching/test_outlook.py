"""Outlooks: how far ahead they look, what their tables hold, and the words for them."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from analysis.findings.searching.outlook import Horizon, horizon_of, seconds_a_round
from analysis.statistics.searching.search_forecast import Gain
from analysis.wording.searching import advice, expectation
from tests.support.loaded_studies import compared, loaded
from tests.support.studies import searched_study

RUNS = searched_study.runs()


@pytest.fixture(scope="module")
def comparison():
    return compared(RUNS, spec=searched_study.spec(), metadata=searched_study.metadata(RUNS))


def paced(seconds):
    """Return the study with a search that took so many seconds for its two arms' twelve trials."""
    metadata = replace(searched_study.metadata(RUNS), stage_seconds={"search": seconds} if seconds else {})
    return loaded(RUNS, spec=searched_study.spec(), metadata=metadata)


def test_a_round_is_one_trial_of_every_search():
    assert seconds_a_round(paced(240.0)) == pytest.approx(20.0)
    assert seconds_a_round(paced(None)) is None


@pytest.mark.parametrize(
    ("seconds", "num_more", "ahead"),
    [
        (240.0, 12, 240.0),  # ten minutes would be 30 trials: no more than were made
        (1200.0, 6, 600.0),  # 100 s a round: ten minutes
        (12_000.0, 3, 3000.0),  # 1,000 s a round: no less than a quarter
    ],
)
def test_it_looks_ten_minutes_ahead_within_a_quarter_and_all_of_what_was_made(seconds, num_more, ahead):
    assert horizon_of(paced(seconds), 12) == Horizon(num_more=num_more, seconds=pytest.approx(ahead))


def test_tuning_curves_mark_what_was_not_tried_and_keep_the_best_value_seen(comparison):
    curves = comparison.tuning_curves
    adapted = curves[curves["arm"] == "adapted"]
    assert adapted["num_trials"].tolist() == list(range(1, 25))
    assert adapted["extrapolated"].tolist() == [False] * 12 + [True] * 12
    seen = [run.values[-1] for run in RUNS if run.arm == "adapted" and run.stage == "search"]
    assert adapted["best_seen"].iloc[:12].tolist() == pytest.approx(np.maximum.accumulate(seen))
    assert adapted["best_seen"].iloc[12:].isna().all()
    assert (adapted["low"] <= adapted["mean"]).all()
    assert (adapted["mean"] <= adapted["high"]).all()


def test_the_worth_of_the_winner_is_that_of_its_settings(comparison):
    """The truth of the synthetic study: 0.9 at a rate of 10 ** -1.5, a tenth of the squared decades off lost."""
    curves = comparison.tuning_curves
    for arm in ("adapted", "fixed"):
        at = curves[(curves["arm"] == arm) & (curves["num_trials"] == 12)].iloc[0]
        rate = next(run.lr for run in RUNS if run.arm == arm and run.stage == "confirm")
        truth = 0.9 - 0.1 * (np.log10(rate) + 1.5) ** 2
        assert at["mean"] == pytest.approx(truth, abs=0.005)
        assert at["low"] < truth < at["high"]


def test_gains_are_told_a_quarter_and_once_again_ahead(comparison):
    gains = comparison.expected_gains
    assert gains["num_more"].tolist() == [3, 12] * 2
    assert (gains["low"] <= gains["mean"]).all()


def stub(arm, mean, *, low=0.0, high=0.02, chance=0.0, repeat=1, horizon=None):
    gain = Gain(num_more=8, mean=mean, low=low, high=high, chance=chance)
    return SimpleNamespace(
        search=SimpleNamespace(arm=arm, repeat=repeat),
        gain=gain,
        horizon=horizon or Horizon(num_more=8, seconds=600.0),
        worth=0.01,
    )


def test_the_sentence_says_how_much_more_searching_adds_to_what():
    said = expectation([stub("adapted", 0.003, high=0.012), stub("fixed", 0.0004, low=-0.001, high=0.0004)])
    assert said == (
        "10 more minutes of searching (8 more trials of each search) are expected to add 0.003 (0 to 0.012) to "
        "adapted and 0 (\N{MINUS SIGN}0.001 to 0) to fixed."
    )


@pytest.mark.parametrize(
    ("horizon", "begins"),
    [
        (Horizon(num_more=1, seconds=7200.0), "2 more hours of searching (1 more trial of each search) are"),
        (Horizon(num_more=3, seconds=3600.0), "1 more hour of searching (3 more trials of each search) is"),
        (
            Horizon(num_more=3, seconds=45.0),
            "45 more seconds of searching (3 more trials of each search) are",
        ),
        (Horizon(num_more=3, seconds=None), "3 more trials of each search are"),
    ],
)
def test_the_time_is_said_in_its_own_unit(horizon, begins):
    assert expectation([stub("a", 0.1, horizon=horizon)]).startswith(begins)


def test_of_many_searches_those_of_which_most_is_expected_are_named():
    said = expectation([stub(f"arm{number}", number / 100) for number in range(7)])
    assert "arm6" in said
    assert "arm2" not in said
    assert "no more to any of the other 3" in said


def test_the_advice_is_to_stop_where_hardly_anything_is_to_be_had():
    few = [stub("a", 0.001, chance=0.02), stub("b", 0.0, chance=0.049)]
    assert advice(few) == "Stop searching: the chance of another 0.010 is under 5% for every arm."
    assert advice([few[0], stub("b", 0.004, chance=0.2)]) == (
        "It can stop: less than 0.010 is expected for every arm, though b has a chance of 20% of that much."
    )
    assert (
        advice([few[0], stub("b", 0.011, chance=0.4)]) == "Go on searching: 0.010 or more is expected for b."
    )


def test_what_is_worth_while_is_the_studys_margin():
    spec = searched_study.spec()
    spec["compare"]["margin"] = 0.002
    gains = compared(RUNS, spec=spec).expected_gains
    usual = compared(RUNS, spec=searched_study.spec()).expected_gains
    assert gains["worth"].unique().tolist() == [0.002]
    assert (gains["chance_of_worth"] >= usual["chance_of_worth"]).all()
    assert gains["chance_of_worth"].max() > usual["chance_of_worth"].max()


def test_an_arms_searches_are_told_apart():
    said = expectation([stub("a", 0.002), stub("a", 0.001, repeat=2)])
    assert "a (search 1) and 0.001" in said


def test_without_trials_enough_nothing_is_said():
    few = compared(searched_study.runs(5), spec=searched_study.spec())
    assert few.searching == ()
    assert few.tuning_curves.empty
    assert few.importances.empty


def test_a_report_that_is_made_again_says_the_same(comparison):
    again = replace(comparison)
    assert again.searching == comparison.searching
    assert again.tuning_curves.equals(comparison.tuning_curves)
