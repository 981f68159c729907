import numpy as np
import pytest
from scipy import stats

from analysis.statistics.estimate import Spread, detectable_difference, t_p_value
from analysis.statistics.holm import holm
from analysis.statistics.paired import paired_t

DIFFERENCES = [0.01, 0.03, 0.02, 0.05, -0.01]


def test_paired_t_agrees_with_scipy():
    ours = paired_t(DIFFERENCES, confidence=0.95)
    theirs = stats.ttest_1samp(DIFFERENCES, 0.0)
    low, high = theirs.confidence_interval(0.95)
    assert ours.mean == pytest.approx(0.02)
    assert (ours.low, ours.high, ours.p) == pytest.approx((low, high, theirs.pvalue))


def test_two_pairs_have_the_interval_worked_by_hand():
    ours = paired_t([0.0, 2.0], confidence=0.95)
    assert (ours.low, ours.high) == pytest.approx((1 - 12.7062, 1 + 12.7062), abs=1e-3)


def test_one_pair_has_a_mean_and_no_interval():
    ours = paired_t([0.1], confidence=0.95)
    assert ours.mean == 0.1
    assert (ours.spread, ours.low, ours.high, ours.p) == (None, None, None, None)
    assert not ours.degenerate


def test_no_pairs_have_no_estimate():
    assert paired_t([], confidence=0.95) is None


def test_differences_that_are_equal_up_to_rounding_are_degenerate():
    ours = paired_t([0.8 - 0.7, 0.5 - 0.4, 0.1], confidence=0.95)
    assert ours.degenerate
    assert ours.low == ours.high == pytest.approx(0.1)
    assert ours.p is None
    assert detectable_difference(ours.spread, confidence=0.95) is None


def test_the_order_of_pairs_does_not_change_a_digit():
    assert paired_t(DIFFERENCES, confidence=0.9) == paired_t(DIFFERENCES[::-1], confidence=0.9)


def test_the_detectable_difference_has_80_percent_power_under_the_noncentral_t():
    spread = Spread(standard_error=0.01, df=9)
    noncentrality = detectable_difference(spread, confidence=0.95) / 0.01
    critical = stats.t.isf(0.025, 9)
    power = stats.nct.sf(critical, 9, noncentrality) + stats.nct.cdf(-critical, 9, noncentrality)
    assert power == pytest.approx(0.8, abs=1e-3)


@pytest.mark.parametrize("df", [1, 2, 2.3, 4, 400])
def test_a_detectable_difference_exists_at_any_degrees_of_freedom(df):
    found = detectable_difference(Spread(standard_error=1.0, df=df), confidence=0.95)
    assert stats.t.isf(0.025, df) < found < 2.5 * stats.t.isf(0.025, df)


def test_a_mean_of_nothing_but_zeros_is_not_judged():
    assert t_p_value(0.0, Spread(standard_error=0.0, df=4)) is None


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))


def test_holm_never_exceeds_one_and_leaves_out_what_was_not_judged():
    assert holm([0.6, None, 0.7]) == (1.0, None, 1.0)
    assert holm([None]) == (None,)
    assert holm([]) == ()


def test_holm_controls_the_family_where_raw_p_values_do_not():
    p_values = np.random.default_rng(0).uniform(size=(2000, 5))
    adjusted = np.array([holm(row) for row in p_values.tolist()])
    assert (p_values.min(axis=1) < 0.05).mean() > 0.15
    assert 0.03 < (adjusted.min(axis=1) < 0.05).mean() < 0.07
