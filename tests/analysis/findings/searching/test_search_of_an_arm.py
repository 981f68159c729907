"""A search as the statistics take it: what counts as a value, a candidate, a repeat."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.findings.searching.arm_search import arm_searches, floor_of, num_unordered
from tests.support.loaded_studies import loaded
from tests.support.studies import searched_study


def adapted(runs, **options):
    return next(arm_searches(loaded(runs, spec=searched_study.spec(**options))))


def test_candidates_have_their_selections_mean_and_repeats_count_as_runs_of_the_same_settings():
    runs = searched_study.runs()
    found = adapted(runs)
    selected = [run for run in runs if run.arm == "adapted" and run.stage == "selection"]
    best = np.argsort(-found.trials.values)[:2]
    assert np.flatnonzero(np.isfinite(found.trials.selection)).tolist() == sorted(best)
    means = [np.mean([run.values[-1] for run in selected[2 * place : 2 * place + 2]]) for place in (0, 1)]
    assert found.trials.selection[best].tolist() == pytest.approx(means)
    assert len(found.observed.values) == 12 + 4 + 3
    assert (found.trials.num_candidates, found.trials.num_selection_seeds) == (2, 2)


def test_a_trial_that_diverged_has_no_value_and_tells_the_surface_that_nothing_is_there():
    runs = searched_study.runs()
    lost = [replace(run, status="diverged") if run.name == "adapted-0003" else run for run in runs]
    found = adapted(lost)
    assert np.isnan(found.trials.values[3])
    assert found.observed.values[3] == floor_of(found.trials.values)
    assert found.num_valued == 11


def test_a_trial_that_was_stopped_or_failed_is_no_run_of_the_surface():
    runs = searched_study.runs()
    for status in ("stopped", "failed", "out_of_memory"):
        found = adapted([replace(run, status=status) if run.name == "adapted-0003" else run for run in runs])
        assert np.isnan(found.trials.values[3])
        assert len(found.observed.values) == 11 + 4 + 3


def test_values_far_below_the_median_are_raised_to_three_times_the_bests_distance_above_it():
    assert floor_of(np.array([0.1, 0.80, 0.85, 0.90, np.nan])) == pytest.approx(0.825 - 3 * 0.075)
    assert floor_of(np.array([0.79, 0.80, 0.85])) == 0.79
    assert np.isnan(floor_of(np.array([np.nan])))


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [("random", 30), ("grid", 30), ("quasi_random", 30), ("tpe", 10), ("mine.samplers:Own", 0)],
)
def test_trials_that_were_drawn_independently(algorithm, expected):
    assert num_unordered(algorithm, 30, planned=40) == expected


def test_tpe_begins_with_a_third_four_to_ten():
    assert [num_unordered("tpe", num, planned=num) for num in (3, 6, 12, 24, 60)] == [3, 4, 4, 8, 10]


def test_too_few_trials_say_nothing():
    assert not adapted(searched_study.runs(5)).says_enough
    assert adapted(searched_study.runs(6)).says_enough


def test_a_search_too_long_to_compute_is_left_out():
    assert not adapted(searched_study.runs(101)).says_enough
