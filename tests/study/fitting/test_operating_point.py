import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.fitting.operating_point import choose_threshold, rates_at

SCORES = np.array([0.1, 0.2, 0.3, 0.6, 0.4, 0.7, 0.8, 0.9])
POSITIVE = np.array([False] * 4 + [True] * 4)


def test_for_a_specificity_as_many_others_as_may_be_are_called():
    threshold = choose_threshold(SCORES, POSITIVE, kind="specificity", value=0.75)
    assert threshold == pytest.approx(0.35)  # 0.6 may be called; between 0.3, which may not, and 0.4
    rates = rates_at(threshold, SCORES, POSITIVE)
    assert (rates.sensitivity, rates.specificity) == (1.0, 0.75)


def test_for_a_sensitivity_as_few_are_called_as_may_be():
    threshold = choose_threshold(SCORES, POSITIVE, kind="sensitivity", value=0.75)
    assert threshold == pytest.approx(0.65)  # 0.4 may be missed; between 0.7 and 0.6
    rates = rates_at(threshold, SCORES, POSITIVE)
    assert (rates.sensitivity, rates.specificity) == (0.75, 1.0)


def test_a_whole_share_of_the_images_is_no_matter_of_rounding():
    scores = np.linspace(0.01, 0.5, 10)
    both, positive = np.append(scores, 0.9), np.append(np.zeros(10, bool), True)
    threshold = choose_threshold(both, positive, kind="specificity", value=0.9)
    assert rates_at(threshold, both, positive).left_alone == 9


def test_others_that_are_called_with_all_certainty_are_left_alone_too():
    scores, positive = np.array([0.2, 1.0, 0.9, 1.0]), np.array([False, False, True, True])
    threshold = choose_threshold(scores, positive, kind="specificity", value=0.9)
    rates = rates_at(threshold, scores, positive)
    assert (rates.sensitivity, rates.specificity) == (0.0, 1.0)


def test_a_threshold_parts_what_the_served_network_tells_apart():
    # In double precision these are two scores; a network answers in single precision, in which both are 1.
    scores, positive = np.array([0.2, 1 - 1e-12, 1 - 1e-10]), np.array([False, False, True])
    threshold = choose_threshold(scores, positive, kind="specificity", value=0.9)
    assert rates_at(threshold, scores.astype(np.float32), positive).specificity == 1


@given(st.integers(0, 2**24 - 2), st.sampled_from(["sensitivity", "specificity"]))
def test_between_neighbours_in_single_precision_rounding_decides_nothing(place, kind):
    low = np.float32(place / 2**24)
    scores, positive = np.array([low, np.nextafter(low, np.float32(2))]), np.array([False, True])
    threshold = choose_threshold(scores, positive, kind=kind, value=0.9)
    rates = rates_at(float(np.float32(threshold)), scores, positive)
    assert (rates.sensitivity, rates.specificity) == (1, 1)


@given(
    st.lists(st.integers(0, 999), min_size=1, max_size=30),
    st.lists(st.integers(0, 999), min_size=1, max_size=30),
    st.floats(0.01, 0.99),
    st.sampled_from(["sensitivity", "specificity"]),
)
def test_what_was_wanted_is_reached(positives, others, value, kind):
    scores = np.array([*positives, *others]) / 1000
    positive = np.arange(len(scores)) < len(positives)
    threshold = choose_threshold(scores, positive, kind=kind, value=value)
    assert 0 <= threshold <= 1
    assert getattr(rates_at(threshold, scores, positive), kind) >= value - 1e-6
