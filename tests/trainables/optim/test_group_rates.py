"""The rate of every depth group, by the ratio of the first one to the last or of each one to the next."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainables.optim.optimizer import group_rates


def test_stem_to_head_is_spread_evenly_over_depth():
    assert group_rates(5, lr=2.0, stem_to_head=1e-4) == pytest.approx((2e-4, 2e-3, 2e-2, 2e-1, 2.0))


def test_layer_decay_is_the_ratio_of_neighbours():
    assert group_rates(4, lr=0.8, layer_decay=0.5) == pytest.approx((0.1, 0.2, 0.4, 0.8))


def test_rates_are_equal_unless_told_otherwise():
    assert group_rates(3, lr=0.1) == (0.1, 0.1, 0.1)


@given(
    num_groups=st.integers(2, 100), lr=st.floats(1e-6, 10), stem_to_head=st.floats(1e-4, 1, exclude_max=True)
)
def test_first_and_last_rate_do_not_depend_on_the_number_of_groups(num_groups, lr, stem_to_head):
    rates = group_rates(num_groups, lr=lr, stem_to_head=stem_to_head)
    assert len(rates) == num_groups
    assert rates[-1] == lr
    assert rates[0] == pytest.approx(lr * stem_to_head)
    assert list(rates) == sorted(rates)


@given(num_groups=st.integers(1, 100), lr=st.floats(1e-6, 10), layer_decay=st.floats(0.05, 1))
def test_each_rate_is_layer_decay_of_the_next(num_groups, lr, layer_decay):
    rates = group_rates(num_groups, lr=lr, layer_decay=layer_decay)
    assert rates[-1] == lr
    assert all(a == pytest.approx(layer_decay * b) for a, b in pairwise(rates))


def test_one_group_has_the_rate_itself():
    assert group_rates(1, lr=0.1, stem_to_head=0.01) == (0.1,)


def test_two_ways_of_layer_rates_exclude_each_other():
    with pytest.raises(ValueError, match=r"stem_to_head \(0\.1\) and layer_decay \(0\.5\)"):
        group_rates(3, lr=0.1, stem_to_head=0.1, layer_decay=0.5)


@pytest.mark.parametrize("value", [0.0, -0.1, float("inf"), float("nan")])
@pytest.mark.parametrize("field", ["lr", "stem_to_head", "layer_decay"])
def test_rates_that_are_not_positive_and_finite_are_refused(field, value):
    with pytest.raises(ValueError, match=f"{field} must be positive and finite"):
        group_rates(3, **{"lr": 0.1, field: value})


def test_no_groups_are_refused():
    with pytest.raises(ValueError, match="num_groups must be at least 1, got 0"):
        group_rates(0, lr=0.1)
