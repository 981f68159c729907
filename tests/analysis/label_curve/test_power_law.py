import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.label_curve.power_law import RATES, fit_power_law, next_doubling

SIZES = (10, 20, 50, 100)


def test_a_power_law_is_found_again():
    rate = float(RATES[40])
    means = [0.95 - 0.9 * n**-rate for n in SIZES]
    law = fit_power_law(SIZES, means, np.eye(4) * 1e-4)
    assert (law.top, law.drop, law.rate) == pytest.approx((0.95, 0.9, rate))
    assert law.at(200) == pytest.approx(0.95 - 0.9 * 200**-rate)


def test_a_doubling_is_the_rise_of_the_law_from_the_largest_size():
    rate = float(RATES[40])
    means = [0.95 - 0.9 * n**-rate for n in SIZES]
    doubling = next_doubling(SIZES, means, np.eye(4) * 1e-8, df=30, confidence=0.95)
    assert doubling is not None
    gain = 0.9 * (100**-rate - 200**-rate)
    assert doubling.gain == pytest.approx(gain)
    assert doubling.low <= doubling.gain <= doubling.high
    assert doubling.high - doubling.low < 0.05 * gain


def test_two_sizes_tell_no_power_law():
    assert next_doubling(SIZES[:2], [0.5, 0.6], np.eye(2) * 1e-4, df=5, confidence=0.95) is None


def test_errors_that_sizes_share_say_nothing_against_a_rise():
    """Where all means are off by the same test images, the rise is known better than where each is off by its own."""
    means = [0.60, 0.70, 0.78, 0.82]
    shared = next_doubling(SIZES, means, np.full((4, 4), 4e-4) + np.eye(4) * 1e-6, df=30, confidence=0.95)
    own = next_doubling(SIZES, means, np.eye(4) * 4e-4, df=30, confidence=0.95)
    assert shared is not None
    assert own is not None
    assert shared.high - shared.low < (own.high - own.low) / 2


def test_sizes_that_do_not_follow_a_power_law_are_found_out():
    """Flat, then a steep rise: no law of this form falls off so late."""
    late, early = [0.33, 0.36, 0.65, 0.79], [0.33, 0.55, 0.72, 0.79]
    for means, follows in ((late, False), (early, True)):
        doubling = next_doubling(SIZES, means, np.eye(4) * 3e-4, df=20, confidence=0.95)
        assert doubling is not None
        assert doubling.follows is follows
    three = next_doubling(SIZES[:3], late[:3], np.eye(3) * 3e-4, df=20, confidence=0.95)
    assert three is not None
    assert three.misfit_p is None


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_no_law_falls_or_rises_above_one(means):
    law = fit_power_law(SIZES, means, np.diag([1e-4, 2e-4, 1e-4, 3e-4]))
    assert law.top <= 1
    assert law.drop >= 0


def test_the_best_constrained_fit_is_no_worse_than_a_fine_grid():
    means = np.array([0.90, 0.97, 0.995, 1.0])
    law = fit_power_law(SIZES, means, np.eye(4) * 1e-4)
    squares = sum((law.at(n) - m) ** 2 for n, m in zip(SIZES, means, strict=True))
    tops, drops = np.meshgrid(np.linspace(0.95, 1, 60), np.geomspace(0.05, 50, 200))
    grid = min(
        float(sum((tops - drops * n**-rate - m) ** 2 for n, m in zip(SIZES, means, strict=True)).min())
        for rate in RATES
    )
    assert squares <= grid + 1e-9
