"""Further pairs that an open question would take: predicted, and as it then comes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics.crossed import crossed_estimate
from analysis.statistics.estimate import Estimate, equivalence_p_value, t_interval
from analysis.statistics.further_pairs import FurtherPairs, further_pairs
from analysis.statistics.paired import paired_t

LEVEL = 0.05


def needed(values: list[float], margin: float = 0.01) -> FurtherPairs | None:
    estimate = paired_t(values, confidence=1 - LEVEL)
    assert estimate is not None
    return further_pairs(estimate, margin=margin, level=lambda pairs: LEVEL)


def test_many_precise_pairs_near_the_edge_of_a_verdict_need_few_more() -> None:
    values = [0.004 + (0.02 if place % 2 else -0.02) for place in range(80)]
    found = needed(values)
    assert found is not None
    # the standard error falls as 0.02 / sqrt(n): 1.99 of it is below 0.004 from 99 pairs on, and below 0.006 at 80
    assert found.pairs is not None
    assert found.chance >= 0.8


def test_a_wider_margin_needs_fewer_pairs() -> None:
    values = [0.02, -0.03, 0.01, 0.0, -0.01, 0.015]
    counts = [found.pairs or 10_000 for margin in (0.01, 0.02, 0.04) if (found := needed(values, margin))]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_nothing_is_predicted_without_a_spread() -> None:
    assert needed([0.02]) is None
    assert needed([0.02, 0.02, 0.02]) is None


def test_few_test_images_are_named_as_what_is_lacking() -> None:
    images = np.array([1.0, -1.0] * 10)
    table = np.stack([images, images, images, np.roll(images, 1) * 0 + images])
    table[0, 0] = 0.0
    estimate = crossed_estimate(table, confidence=1 - LEVEL)
    found = further_pairs(estimate, margin=0.01, level=lambda pairs: LEVEL)
    assert found is not None
    assert found.pairs is None
    assert found.images_limit
    assert found.chance < 0.8


def test_so_many_more_pairs_decide_about_as_often_as_said() -> None:
    """Studies whose truth is drawn from a wide prior, as the prediction assumes: what it says comes."""
    generator = np.random.default_rng(7)
    said, came = [], []
    while len(said) < 200:
        truth, spread = generator.uniform(-0.1, 0.1), 0.02
        first = generator.normal(truth, spread, 8)
        estimate = paired_t(first.tolist(), confidence=1 - LEVEL)
        if decided(estimate):
            continue
        found = further_pairs(estimate, margin=0.01, level=lambda pairs: LEVEL)
        if found is None or found.pairs is None:
            continue
        more = generator.normal(truth, spread, found.pairs)
        said.append(found.chance)
        came.append(decided(paired_t([*first, *more], confidence=1 - LEVEL)))
    assert np.mean(said) == pytest.approx(0.81, abs=0.02)
    assert np.mean(came) == pytest.approx(np.mean(said), abs=0.08)


def decided(estimate: Estimate | None) -> bool:
    assert estimate is not None
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low > 0 or estimate.high < 0 or (estimate.low > -0.01 and estimate.high < 0.01)


@given(
    values=st.lists(st.floats(-0.5, 0.5), min_size=3, max_size=8),
    margin=st.floats(0.001, 0.5),
    alpha=st.floats(0.001, 0.3),
)
def test_the_equivalence_p_value_is_below_alpha_just_where_the_interval_lies_within_the_margin(
    values: list[float], margin: float, alpha: float
) -> None:
    estimate = paired_t(values, confidence=1 - alpha)
    assert estimate is not None
    assert estimate.spread is not None
    p = equivalence_p_value(estimate.mean, estimate.spread, margin=margin)
    if p is None:
        assert estimate.degenerate
        return
    low, high = t_interval(estimate.mean, estimate.spread, confidence=1 - alpha)
    if abs(p - alpha) > 1e-9:
        assert (p < alpha) == (-margin < low and high < margin)
