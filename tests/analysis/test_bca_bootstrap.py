import numpy as np
import pytest
from scipy import stats

from analysis.bootstrap import bca
from analysis.ratio import paired_ratio


def skewed(num: int = 25) -> list[float]:
    return np.random.default_rng(3).exponential(size=num).tolist()


def test_bca_agrees_with_scipy():
    values = skewed()
    ours = bca(values, confidence=0.95)
    theirs = stats.bootstrap((values,), np.mean, method="BCa", n_resamples=9999, rng=1).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.03)


def test_the_p_value_is_the_level_at_which_the_interval_ends_at_zero():
    values = np.array(skewed()) - 0.7
    p = bca(values.tolist(), confidence=0.95).p
    assert 0.001 < p < 0.5
    assert bca(values.tolist(), confidence=1 - p).low == pytest.approx(0.0, abs=5e-3)


def test_fewer_than_twenty_pairs_are_refused():
    with pytest.raises(ValueError, match="length 19"):
        bca(skewed(19), confidence=0.95)


def test_the_ratio_is_the_geometric_mean_of_the_pairs():
    ratio = paired_ratio([8.0, 2.0], [2.0, 2.0], confidence=0.95, side="both")
    assert ratio.value == pytest.approx(2.0)
    assert ratio.low == pytest.approx(np.exp(np.log(2) - 12.7062 * np.log(2)), rel=1e-3)


def test_ratios_take_paired_t_below_twenty_pairs_and_bca_from_there():
    arm = np.exp(skewed(20))
    few = paired_ratio([1.0] * 19, arm[:19], confidence=0.95, side="both")
    many = paired_ratio([1.0] * 20, arm, confidence=0.95, side="both")
    assert "t over seeds" in few.log.method
    assert "BCa" in many.log.method
    assert many.low < many.value < many.high


def test_a_lower_bound_has_no_upper_end_and_is_tighter_than_the_interval():
    times = ([4.0, 5.0, 6.0], [2.0, 2.0, 2.0])
    both = paired_ratio(*times, confidence=0.95, side="both")
    bound = paired_ratio(*times, confidence=0.95, side="at_least")
    assert bound.high is None
    assert both.low < bound.low < bound.value
    assert bound.log.p == pytest.approx(both.log.p / 2)
    against = paired_ratio(*times, confidence=0.95, side="at_most")
    assert against.low is None
    assert against.log.p == pytest.approx(1 - both.log.p / 2)


def test_a_ratio_of_nothing_is_none():
    assert paired_ratio([], [], confidence=0.95, side="both") is None
