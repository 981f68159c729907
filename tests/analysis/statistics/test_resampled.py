import numpy as np
import pytest
from scipy import stats

from analysis.statistics.paired import paired_t
from analysis.statistics.resampled import resampled_estimate, widening


def test_the_variance_is_that_of_nadeau_and_bengio():
    """Differences 0.02, 0.04, 0.06: S = 0.02; a quarter is tested, so n_test / n_train = 1/3; df = 2."""
    estimate = resampled_estimate([0.06, 0.02, 0.04], test_share=0.25, confidence=0.95)
    assert estimate is not None
    assert estimate.spread is not None
    assert estimate.mean == pytest.approx(0.04)
    assert estimate.spread.standard_error == pytest.approx(0.02 * (1 / 3 + 1 / 3) ** 0.5)
    assert estimate.spread.df == 2
    half = stats.t.ppf(0.975, 2) * 0.02 * (2 / 3) ** 0.5
    assert (estimate.low, estimate.high) == pytest.approx((0.04 - half, 0.04 + half))


def test_splits_that_share_nothing_are_a_paired_t():
    values = [0.01, 0.03, 0.02, 0.05]
    ours, plain = (
        resampled_estimate(values, test_share=1e-12, confidence=0.9),
        paired_t(values, confidence=0.9),
    )
    assert ours is not None
    assert plain is not None
    assert (ours.low, ours.high) == pytest.approx((plain.low, plain.high))


def test_ever_more_splits_do_not_bring_certainty():
    assert widening(1_000_000, test_share=0.25) / 1_000_000**0.5 == pytest.approx((1 / 3) ** 0.5, rel=1e-3)


def test_one_split_has_no_interval_and_none_no_estimate():
    one = resampled_estimate([0.1], test_share=0.25, confidence=0.95)
    assert one is not None
    assert one.low is None
    assert resampled_estimate([], test_share=0.25, confidence=0.95) is None


def test_equal_splits_are_degenerate_and_order_does_not_matter():
    same = resampled_estimate([0.1] * 3, test_share=0.25, confidence=0.95)
    assert same is not None
    assert same.degenerate
    values = np.random.default_rng(0).normal(size=7).tolist()
    assert resampled_estimate(values, test_share=0.2, confidence=0.95) == resampled_estimate(
        values[::-1], test_share=0.2, confidence=0.95
    )
