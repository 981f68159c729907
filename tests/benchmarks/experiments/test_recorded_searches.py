"""Recorded searches, and forecasts held against what came, on searches by hand."""

import json

import numpy as np
import pytest

from benchmarks.experiments import search_forecasts
from benchmarks.experiments.recorded_searches import read_searches

VALUES = [0.5, 0.9, None, 0.8, 0.7, 0.95]
REPEATS = [[0.5, 0.5, 0.5], [0.6, 0.7, 0.66], [None] * 3, [0.8, 0.8, 0.82], [0.7, 0.7, 0.7], [0.9, 0.6, 0.8]]


@pytest.fixture
def recorded(tmp_path):
    named = {"task": "t", "arm": "fixed", "search": 0}
    rows = [
        {**named, "trial": trial, "config": {"lr": 0.01 * (trial + 1)}, "value": value, "repeats": repeats}
        for trial, (value, repeats) in enumerate(zip(VALUES, REPEATS, strict=True))
    ]
    rows.append({**named, "trial": 3, "further": [0.84, 0.86]})
    path = tmp_path / "searches.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return read_searches(path)[0]


def test_the_winner_is_the_best_of_the_selection_among_the_best_of_the_search(recorded):
    assert recorded.candidates(5).tolist() == [1, 3, 4]
    assert [recorded.winner(num) for num in (1, 2, 4, 6)] == [0, 1, 3, 3]


def test_its_worth_is_told_by_seeds_that_nothing_was_chosen_by(recorded):
    assert recorded.worth(1) == pytest.approx(0.66)
    assert recorded.worth(3) == pytest.approx((0.82 + 0.84 + 0.86) / 3)


def test_a_half_is_forecast_without_looking_at_the_other(recorded):
    half = search_forecasts.recorded_half(recorded, 3)
    assert len(half.values) == 3
    assert half.gain == pytest.approx(recorded.worth(3) - recorded.worth(1))
    assert half.selection[half.candidates == half.winner].tolist() == [[0.6, 0.7]]


def test_a_simulated_search_is_held_against_its_truth():
    half = search_forecasts.simulated_half("fixed", search_forecasts.SURFACES["steep"], 8, 1)
    found = search_forecasts.held(half, search_forecasts.space_of(search_forecasts.simulated.SPACES["fixed"]))
    assert found.came == half.gain
    assert abs(found.level_error) < 0.03
    assert 0 < found.width < 0.3
    assert np.isfinite(found.expected)


def test_the_searches_that_are_kept_are_whole():
    searches = read_searches(search_forecasts.RECORDED)
    assert len(searches) >= 12
    assert {len(each.values) for each in searches} == {32}
    assert all(each.winner(num) in each.further for each in searches for num in (8, 16, 32))
