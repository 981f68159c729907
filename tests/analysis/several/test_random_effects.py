"""The mean over data sets and the deviation between them, by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.several.random_effects import between_variance, pool


def test_three_sets_that_differ_by_hand():
    # equal errors: the variance between is that of the means, 0.01, less that of one, 0.0025; Q = 0.02 / 0.0025 = 8,
    # whose p-value with two degrees of freedom is exp(-4)
    found = pool([0.1, 0.2, 0.3], [0.05, 0.05, 0.05], confidence=0.95)
    half = 4.302653 * math.sqrt(0.01 / 3)
    assert found.estimate.mean == pytest.approx(0.2)
    assert found.estimate.num_pairs == 3
    assert (found.estimate.low, found.estimate.high) == pytest.approx((0.2 - half, 0.2 + half), abs=1e-6)
    assert found.between == pytest.approx(math.sqrt(0.0075))
    assert found.q_p == pytest.approx(math.exp(-4))


def test_sets_that_differ_by_less_than_their_errors_have_nothing_between_them():
    found = pool([0.02, 0.03], [0.05, 0.02], confidence=0.95)
    assert found.between == 0.0
    assert found.q_p > 0.5
    assert found.estimate.mean == pytest.approx(0.025)  # every set counts alike


@given(
    st.lists(st.tuples(st.floats(-1, 1), st.floats(0.01, 0.3)), min_size=2, max_size=8),
)
def test_between_makes_the_weighted_squares_what_they_should_be(sets: list[tuple[float, float]]):
    means, variances = np.array([m for m, _ in sets]), np.array([s for _, s in sets]) ** 2
    between = between_variance(means, variances)
    weights = 1 / (variances + between)
    centre = (weights * means).sum() / weights.sum()
    squares = (weights * (means - centre) ** 2).sum()
    assert between >= 0
    if between > 0:
        assert squares == pytest.approx(len(sets) - 1, rel=1e-6)
    else:
        assert squares <= len(sets) - 1 + 1e-9


@pytest.mark.parametrize(("means", "errors"), [([0.1], [0.1]), ([0.1, 0.2], [0.1, 0.0]), ([0.1, 0.2], [0.1])])
def test_what_cannot_be_pooled_is_refused(means: list[float], errors: list[float]):
    with pytest.raises(ValueError, match="two sets at least"):
        pool(means, errors, confidence=0.95)


def test_four_sets_give_what_statsmodels_gives():
    # statsmodels 0.15, combine_effects(..., method_re="iterated"): tau2 0.0148556, q 17.2868, of which p = 0.000617
    found = pool([0.10, 0.02, 0.30, -0.01], [0.02, 0.03, 0.08, 0.04], confidence=0.95)
    assert found.between**2 == pytest.approx(0.0148556, abs=1e-6)
    assert found.q_p == pytest.approx(0.000617, abs=1e-6)
