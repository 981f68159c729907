"""The time to the other side's level, on curves made up so that it can be worked out by hand."""

import math

import pytest

from benchmarks.experiments.curves import Curve, speed_up
from benchmarks.harness.level import of_level

THEIRS = {
    1: Curve(seconds=[10.0, 20.0, 40.0], values=[0.5, 0.6, 0.8]),
    2: Curve(seconds=[10.0, 20.0, 40.0], values=[0.5, 0.6, 0.7]),
    3: Curve(seconds=[10.0, 20.0, 40.0], values=[0.5, 0.6, 0.75]),
}
"""Targets of the pairs: 0.725, 0.775 and 0.75. The second run does not reach its own; it ends after 40 seconds."""


def test_a_target_is_the_mean_of_the_other_pairs_and_holds_at_the_next_epoch_or_is_the_last() -> None:
    ours = {
        1: Curve(seconds=[1.0, 2.0, 4.0], values=[0.73, 0.70, 0.73]),  # not held at 1, the last at 4
        2: Curve(seconds=[1.0, 2.0, 4.0], values=[0.70, 0.78, 0.78]),  # held at 2
        3: Curve(seconds=[1.0, 2.0, 4.0], values=[0.76, 0.75, 0.60]),  # held at 1
    }
    level = speed_up(ours, THEIRS)
    assert level.times["target"].tolist() == pytest.approx([0.725, 0.775, 0.75])
    assert level.times["arm_reached"].tolist() == [4.0, 2.0, 1.0]
    assert (level.reached_arm, level.reached_reference, level.num_pairs) == (3, 2, 3)
    found = of_level(level, note="made up")
    assert found.ratio == pytest.approx((40 / 4 * 40 / 2 * 40 / 1) ** (1 / 3))
    assert (found.ours, found.theirs) == (pytest.approx(7 / 3), 40.0)
    assert found.low is not None
    assert found.high is not None
    assert math.sqrt(found.low * found.high) == pytest.approx(found.ratio)  # an interval on logarithms


def test_runs_that_do_not_reach_the_level_stay() -> None:
    low = Curve(seconds=[1.0, 2.0, 4.0], values=[0.3, 0.4, 0.5])
    stopped = Curve(seconds=[1.0, 2.0], values=[0.9, 0.9], finished=False)
    level = speed_up({1: low, 2: stopped, 3: low}, THEIRS)
    assert level.reached_arm == 0
    assert level.times["arm_restricted"].tolist() == [
        4.0,
        40.0,
        4.0,
    ]  # what failed counts with the longest run
    assert of_level(level).ratio == pytest.approx(level.ratio.value)


def test_no_ratio_is_given_where_neither_side_reaches_the_level() -> None:
    with pytest.raises(RuntimeError, match="too few runs"):
        of_level(None)
