"""Small versions of the experiments behind docs/evidence.md: what they show must be seen in few studies, too."""

import pytest

from benchmarks.experiments.simulations import coverage_of_times, equal_budget_alarms, extensions, many_arms


def test_intervals_of_times_cover_where_the_plain_paired_t_does_not():
    arm = coverage_of_times.ARMS["4 times the pace"]
    found = coverage_of_times.coverage(arm, 5, num_studies=150, seed=0)
    assert found.covered > 0.9
    assert found.covered_by_paired_t < 0.88


@pytest.mark.slow
def test_each_of_the_two_families_raises_few_false_alarms():
    ends, times = many_arms.alarms(2, 5, num_studies=150, seed=1)
    assert max(ends, times) <= 0.09  # 5 %, and two standard errors
    assert ends + times > 0


@pytest.mark.parametrize("num_arms", [3, 6])
def test_power_is_said_as_it_is_judged(num_arms):
    found = many_arms.power(num_arms, 5, num_studies=200, seed=0, as_judged=True)
    assert 0.72 < found < 0.92
    assert many_arms.power(num_arms, 5, num_studies=200, seed=0, as_judged=False) < found - 0.1


def test_extensions_keep_false_alarms_within_six_percent():
    found = extensions.shown(5, 2, num_studies=500, seed=2)
    assert found.last <= found.always_extended < 0.075
    assert found.at_alpha > found.last


@pytest.mark.slow
def test_seconds_that_vary_turn_no_conclusion_round():
    now, before = equal_budget_alarms.said(0.02, 1.0, 5, num_studies=25, seed=0)
    assert now == 0.0
    assert before > 0.1
