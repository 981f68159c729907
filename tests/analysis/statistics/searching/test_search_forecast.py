"""Worth of winners against worked cases, and forecasts whose truth is known."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.searching.response_surface import Observed, Scales, Surface
from analysis.statistics.searching.search_forecast import Trials, forecast, proposals_like, winners_values

VALUES = np.array([0.3, 0.5, 0.2, 0.6])


def known_surface(values=VALUES):
    """Return a surface of which nothing is left open at its runs: settings far apart, next to no noise."""
    num = len(values)
    points = np.linspace(0, 1, num)[:, None]
    observed = Observed(
        points=points, categorical=np.zeros(1, dtype=bool), values=values, seeds=np.arange(num)
    )
    scales = Scales(
        lengths=np.array([[0.3]]),
        height=np.array([1.0]),
        noise=np.array([1e-4]),
        shared=np.array([0.0]),
    )
    return Surface(observed=observed, scales=scales, centre=values.mean(), unit=values.std())


def trials_of(values=VALUES, *, num_unordered=0, num_candidates=1, num_selection_seeds=0, selection=None):
    num = len(values)
    return Trials(
        points=np.linspace(0, 1, num)[:, None],
        values=values,
        selection=np.full(num, np.nan) if selection is None else selection,
        num_unordered=num_unordered,
        num_candidates=num_candidates,
        num_selection_seeds=num_selection_seeds,
    )


def looked_ahead(surface, trials, *, worth=0.01):
    return forecast(surface, trials, trials.points, more=(len(trials.values),), worth=worth, confidence=0.9)


def test_without_noise_the_curve_is_the_best_so_far():
    found = looked_ahead(known_surface(), trials_of())
    assert found.mean[:4].tolist() == pytest.approx([0.3, 0.5, 0.5, 0.6], abs=1e-3)
    assert found.num_made == 4


def test_trials_that_could_have_come_in_any_order_are_averaged_over_their_orders():
    many = Surface(**{**vars(known_surface()), "scales": _repeated(known_surface().scales, 400)})
    found = looked_ahead(many, trials_of(num_unordered=4))
    expected = [np.mean([max(some) for some in itertools.combinations(VALUES, size)]) for size in range(1, 5)]
    assert found.mean[:4].tolist() == pytest.approx(expected, abs=0.005)


def _repeated(scales, num):
    return scales.at(np.zeros(num, dtype=int))


def test_known_settings_tried_again_bring_nothing():
    found = looked_ahead(known_surface(), trials_of())
    gain = found.gains[0]
    assert (gain.num_more, gain.chance) == (4, 0.0)
    assert (gain.mean, gain.low, gain.high) == pytest.approx((0.0, 0.0, 0.0), abs=3e-3)


def test_what_is_worth_while_is_found_with_the_chance_that_its_settings_are_tried():
    """One of eight proposals is better by 0.2; a single further trial finds it in an eighth of the futures."""
    values = np.array([0.3, 0.5, 0.2, 0.6, 0.1, 0.4, 0.3, 0.8])
    surface = known_surface(values)
    surface = Surface(**{**vars(surface), "scales": _repeated(surface.scales, 200)})
    made = trials_of(values)
    shown = Trials(
        **{**vars(made), "points": made.points[:4], "values": values[:4], "selection": np.full(4, np.nan)}
    )
    found = forecast(surface, shown, made.points, more=(1,), worth=0.1, confidence=0.9)
    assert found.gains[0].chance == pytest.approx(1 / 8, abs=0.02)
    assert found.gains[0].mean == pytest.approx(0.2 / 8, abs=0.005)


def test_no_settings_are_expected_to_give_more_than_an_objective_can():
    values = np.array([0.2, 0.5, 0.8, 0.99])
    surface = known_surface(values)
    open_one = Surface(**{**vars(surface), "scales": _repeated(surface.scales, 100)})
    beyond = np.linspace(1.0, 1.6, 20)[:, None]
    found = forecast(open_one, trials_of(values), beyond, more=(8,), worth=0.01, confidence=0.9)
    assert 0.005 < found.gains[0].high <= 0.01 + 1e-3


def test_the_selection_decides_among_the_candidates_alone():
    truth = np.array([[0.1, 0.2, 0.3]])
    seen = np.array([[0.9, 0.8, 0.7]])
    selected = np.array([[0.5, 0.6, 0.9]])
    assert winners_values(truth, seen, selected, num_candidates=2).tolist() == [[0.1, 0.2, 0.2]]
    assert winners_values(truth, seen, selected, num_candidates=3).tolist() == [[0.1, 0.2, 0.3]]


def test_a_trial_without_a_value_never_wins():
    truth = np.array([[0.9, 0.2, 0.8]])
    seen = np.array([[np.nan, 0.3, np.nan]])
    found = winners_values(truth, seen, truth, num_candidates=3)
    assert np.isnan(found[0, 0])
    assert found[0, 1:].tolist() == [0.2, 0.2]


def test_what_the_selection_recorded_is_used_and_not_drawn_again():
    """The second best by the search won the selection by far, so it is the winner in every future."""
    selection = np.array([np.nan, 5.0, np.nan, 0.0])
    found = looked_ahead(
        known_surface(), trials_of(num_candidates=2, num_selection_seeds=2, selection=selection)
    )
    assert found.mean[3] == pytest.approx(0.5, abs=1e-3)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(0.1, 0.9), min_size=3, max_size=9, unique=True))
def test_without_noise_more_trials_are_never_worth_less(values):
    rows = np.array(values)[None, :]
    found = winners_values(rows, rows, rows, num_candidates=2)[0]
    assert found.tolist() == pytest.approx(np.maximum.accumulate(values).tolist())


@given(st.integers(0, 1000))
@settings(deadline=None, max_examples=20)
def test_proposals_lie_in_the_space_and_keep_their_categories(seed):
    generator = np.random.default_rng(seed)
    points = np.column_stack([generator.random(10), generator.integers(0, 3, 10)])
    made = trials_of(np.arange(10.0))
    trials = Trials(**{**vars(made), "points": points})
    found = proposals_like(trials, np.array([False, True]), num=50, generator=generator)
    assert ((found[:, 0] >= 0) & (found[:, 0] <= 1)).all()
    assert set(found[:, 1]) <= set(points[5:, 1])
