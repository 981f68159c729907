"""Times to a target in the comparison."""

import math
from dataclasses import replace

import pytest

from analysis.tables.confirmation_tables import times_table
from tests.support.hand_made import confirm, three_pairs
from tests.support.loaded_studies import compared
from tests.support.synthetic_study import Run, default_metadata, two_arm_runs


def test_time_to_target_worked_by_hand():
    level = compared(three_pairs()).contrasts[0].level
    # fixed: 0.7 never reaches 0.775 and is censored at 30 s; the others reach theirs at 20 s. adapted: at 8 s.
    assert level.times["target"].tolist() == pytest.approx([0.775, 0.75, 0.725])
    assert (level.reached_arm, level.reached_reference) == (3, 2)
    assert level.longest_seconds == 30.0
    assert level.times["reference_reached"].isna().tolist() == [True, False, False]
    assert level.times["reference_restricted"].tolist() == [30.0, 20.0, 20.0]
    assert level.arm_seconds == 8.0
    assert level.reference_seconds == pytest.approx(70 / 3)
    assert level.ratio.value == pytest.approx((30 * 20 * 20) ** (1 / 3) / 8)


def test_arms_that_are_judged_at_other_epochs_are_evaluated_at_every_epoch():
    # a cosine run is judged at its end only, yet it holds 0.775, 0.75, 0.725 from its second epoch on
    level = compared(three_pairs(judged=[False, False, True])).contrasts[0].level
    assert level.times["arm_reached"].tolist() == [8.0, 8.0, 8.0]


def test_a_value_between_two_cycle_ends_that_does_not_hold_reaches_nothing():
    runs = three_pairs()[:3]
    values, judged = [0.8, 0.5, 0.8], [True, False, True]
    runs += [confirm("adapted", s, values, seconds_per_epoch=4.0, judged=judged) for s in range(3)]
    level = compared(runs).contrasts[0].level
    assert level.times["arm_reached"].tolist() == [12.0, 12.0, 12.0]


def test_the_final_value_is_the_one_at_the_end():
    finals = compared(three_pairs(judged=[True, False, True])).contrasts[0].finals
    assert finals.val.mean == pytest.approx(0.8 - 0.75)


def test_the_searchs_cost_is_added_on_both_sides():
    search = [
        Run(arm="fixed", stage="search", name="fixed-0", seed=0, values=[0.5], seconds_per_epoch=60.0),
        Run(arm="adapted", stage="search", name="adapted-0", seed=0, values=[0.5], seconds_per_epoch=30.0),
        Run(arm="adapted", stage="selection", name="adapted-s", seed=1, values=[0.5], seconds_per_epoch=12.0),
    ]
    level = compared(three_pairs() + search).contrasts[0].level
    assert (level.arm_search_seconds, level.reference_search_seconds) == (42.0, 60.0)
    assert level.ratio_with_search == pytest.approx((90 * 80 * 80) ** (1 / 3) / 50)


def test_a_diverged_run_counts_as_never_reaching_and_has_no_final_value():
    runs = three_pairs()
    runs[3] = confirm("adapted", 0, [0.8, 0.8, None], seconds_per_epoch=1.0, status="diverged")
    contrast = compared(runs).contrasts[0]
    assert contrast.level.reached_arm == 2
    assert contrast.level.times["arm_restricted"].tolist() == [30.0, 8.0, 8.0]
    assert contrast.finals.unfinished_arm == 1
    assert contrast.finals.val.num_pairs == 2


def test_where_under_half_of_the_reference_reach_the_ratio_is_one_of_times_within_the_budget():
    finals = [0.66, 0.67, 0.8]  # of two classes: 0.65 and less would have collapsed
    runs = [confirm("fixed", s, [0.5, f], seconds_per_epoch=10.0 + s) for s, f in enumerate(finals)]
    runs += [confirm("adapted", s, [0.8, 0.8], seconds_per_epoch=4.0 + s) for s in range(3)]
    comparison = compared(runs)
    level = comparison.contrasts[0].level
    assert (level.reached_arm, level.reached_reference) == (3, 1)
    # fixed counts with 20, 22 and 24 s, two of them as whole runs, adapted with 4, 5 and 6 s
    assert level.ratio.value == pytest.approx((20 * 22 * 24 / (4 * 5 * 6)) ** (1 / 3))
    assert level.ratio.low < level.ratio.value < level.ratio.high
    assert "of times within the budget (under half of the fixed runs got there" in comparison.answer[0]
    assert "at least" not in comparison.answer[0]


def test_where_under_half_of_the_arm_reach_the_ratio_is_one_of_times_within_the_budget():
    runs = [confirm("fixed", s, [0.7, 0.7], seconds_per_epoch=4.0 + s) for s in range(3)]
    finals = [0.6, 0.61, 0.7]
    runs += [confirm("adapted", s, [0.5, f], seconds_per_epoch=10.0 + s) for s, f in enumerate(finals)]
    comparison = compared(runs)
    level = comparison.contrasts[0].level
    assert (level.reached_arm, level.reached_reference) == (1, 3)
    assert level.ratio.low < level.ratio.value == pytest.approx((4 * 5 * 6 / (20 * 22 * 24)) ** (1 / 3))
    assert comparison.contrasts[0].time_result.verdict == "reference"
    assert "(under half of the adapted runs got there" in comparison.answer[0]


def test_the_interval_of_times_knows_that_the_pairs_share_their_target():
    """Targets .65, .625, .615 and .61: only the first run of fixed sets one that is too high for the others.

    adapted reaches every target in one epoch; the plain paired t of the four ratios would be too sure of itself, as
    without the first pair all three others reach theirs sooner.
    """
    finals = [0.6, 0.61, 0.62, 0.72]
    runs = [confirm("fixed", s, [0.5, f, f, f], seconds_per_epoch=10.0) for s, f in enumerate(finals)]
    runs += [confirm("adapted", s, [0.8, 0.8, 0.8, 0.8], seconds_per_epoch=10.0) for s in range(4)]
    log = compared(runs).contrasts[0].level.ratio.log
    # reached: none by 0.65, 0.647 and 0.643, so 40, 40, 40 s; 20 s by the last run: logarithms 4, 4, 4 and 2
    assert log.mean == pytest.approx(math.log(4 * 4 * 4 * 2) / 4)
    # without one of the first three the targets stay out of reach of the two others of them; without the last they are
    # 0.615, 0.61 and 0.605, which 0.6 does not reach, 0.61 and 0.62 do
    without = [math.log(4 * 4 * 2) / 3] * 3 + [math.log(4 * 2 * 2) / 3]
    squares = sum((each - sum(without) / 4) ** 2 for each in without)
    assert log.spread.standard_error == pytest.approx((3 / 4 * squares) ** 0.5)
    assert log.spread.df == 3


def test_two_pairs_set_each_others_targets_and_have_no_interval_of_times():
    answer = compared(two_arm_runs(2)).answer[0]
    assert "with too few pairs to judge it by" in answer


def test_the_last_good_value_of_a_run_that_diverged_is_not_its_final_one():
    runs = three_pairs()
    runs[3] = confirm("adapted", 0, [0.8, 0.8], judged=[True, False], status="diverged", correct=[1] * 10)
    comparison = compared(runs)
    assert comparison.data.runs.loc["adapted-confirm-0", "objective"] == 0.8
    assert (
        comparison.confirmations.set_index("run")
        .loc["adapted-confirm-0", ["final_val", "final_test"]]
        .isna()
        .all()
    )
    assert comparison.contrasts[0].finals.val.num_pairs == 2


def test_where_under_half_of_both_reach_no_ratio_is_given():
    metadata = replace(default_metadata(), target_grid=(0.99,))
    comparison = compared(three_pairs(), metadata=metadata)
    assert comparison.contrasts[0].grid[0].ratio is None
    assert times_table(comparison).rows[2][5] == "under half reached in both"


def test_a_restart_breaks_a_level_at_every_epoch_but_not_at_cycle_ends():
    """The cycle's end at epoch 2 has the level, the restart loses it, and the next end has it again."""
    runs = []
    for seed in (1, 2, 3):
        runs.append(
            Run(arm="fixed", stage="confirm", name=f"fixed-{seed}", seed=seed, values=[0.5, 0.6, 0.65, 0.7])
        )
        cycles = Run(
            arm="adapted", stage="confirm", name=f"adapted-{seed}", seed=seed, values=[0.5, 0.8, 0.6, 0.8],
            judged=[False, True, False, True],
        )  # fmt: skip
        runs.append(cycles)
    contrast = compared(runs).contrasts[0]
    assert contrast.level.times["arm_reached"].tolist() == [4.0, 4.0, 4.0]
    assert contrast.level_at_cycle_ends.times["arm_reached"].tolist() == [2.0, 2.0, 2.0]
    assert contrast.level_at_cycle_ends.times["reference_reached"].tolist() == [4.0, 4.0, 4.0]


def test_the_report_says_where_intervals_of_times_are_too_narrow():
    conditions = compared(three_pairs()).conditions
    assert any("five seeds and four times the pace" in sentence for sentence in conditions)
