"""The differences to the reference, as they are judged."""

import numpy as np
import pytest

from analysis.figures import differences
from tests.support.hand_made import confirm
from tests.support.loaded_studies import compared
from tests.support.many_arms import many_arm_metadata, many_arm_runs, many_arm_spec
from tests.support.synthetic_study import two_arm_runs


def test_a_row_has_the_interval_by_which_the_arm_is_judged():
    comparison = compared(two_arm_runs(5))
    (row,) = differences.table(comparison).to_dict("records")
    result = comparison.contrasts[0].final_result
    assert (row["low"], row["high"]) == result.interval
    assert row["mean"] == pytest.approx(comparison.contrasts[0].finals.headline.mean)
    assert (row["arm"], row["verdict"], row["level"]) == ("adapted", "arm", pytest.approx(0.95))


def test_the_greatest_difference_comes_first_and_is_drawn_on_top():
    comparison = compared(many_arm_runs(), spec=many_arm_spec(), metadata=many_arm_metadata())
    table = differences.table(comparison)
    assert table["mean"].is_monotonic_decreasing
    axes = differences.draw(table, comparison).axes[0]
    drawn = {
        label.get_text(): place
        for label, place in zip(axes.get_yticklabels(), axes.get_yticks(), strict=True)
    }
    assert max(drawn, key=drawn.__getitem__) == table["arm"].iloc[0]


def test_one_pair_has_a_difference_without_an_interval():
    runs = [
        confirm(arm, 0, [v], correct=[1] * n + [0] * (10 - n))
        for arm, v, n in (("adapted", 0.8, 8), ("fixed", 0.7, 7))
    ]
    (row,) = differences.table(compared(runs)).to_dict("records")
    assert row["mean"] == pytest.approx(0.1)
    assert np.isnan(row["low"])
    assert np.isnan(row["high"])


def test_nothing_confirmed_is_nothing_drawn():
    assert differences.table(compared([run for run in two_arm_runs(1) if run.stage == "search"])).empty
