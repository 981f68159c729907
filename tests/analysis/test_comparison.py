import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from synthetic_study import Run, default_facts, default_spec, two_arm_runs, write_study

from analysis import compare, load_study
from analysis.csv_tables import summary_table, time_to_target_table
from analysis.equal_budget_table import equal_budget_table
from analysis.estimate import detectable_difference
from analysis.holm import holm
from analysis.tables import times_table


def compared(folder):
    return compare(load_study(folder))


def confirm(arm, seed, values, **more):
    return Run(arm=arm, stage="confirm", name=f"{arm}-confirm-{seed}", seed=seed, values=values, **more)


def three_pairs(**adapted):
    """Finals of fixed 0.7, 0.75, 0.8, so targets 0.775, 0.75, 0.725."""
    runs = [confirm("fixed", s, [0.5, f, f], seconds_per_epoch=10.0) for s, f in enumerate([0.7, 0.75, 0.8])]
    return runs + [confirm("adapted", s, [0.5, 0.8, 0.8], seconds_per_epoch=4.0, **adapted) for s in range(3)]


def test_time_to_target_worked_by_hand(study_folder):
    level = compared(study_folder(three_pairs())).contrasts[0].level
    # fixed: 0.7 never reaches 0.775 and is censored at 30 s; the others reach theirs at 20 s. adapted: at 8 s.
    assert level.times["target"].tolist() == pytest.approx([0.775, 0.75, 0.725])
    assert (level.reached_arm, level.reached_reference) == (3, 2)
    assert level.longest_seconds == 30.0
    assert level.times["reference_reached"].isna().tolist() == [True, False, False]
    assert level.times["reference_restricted"].tolist() == [30.0, 20.0, 20.0]
    assert level.arm_seconds == 8.0
    assert level.reference_seconds == pytest.approx(70 / 3)
    assert level.ratio.value == pytest.approx((30 * 20 * 20) ** (1 / 3) / 8)


def test_arms_that_are_judged_at_other_epochs_are_evaluated_at_every_epoch(study_folder):
    # a cosine run is judged at its end only, yet it holds 0.775, 0.75, 0.725 from its second epoch on
    level = compared(study_folder(three_pairs(judged=[False, False, True]))).contrasts[0].level
    assert level.times["arm_reached"].tolist() == [8.0, 8.0, 8.0]


def test_a_value_between_two_cycle_ends_that_does_not_hold_reaches_nothing(study_folder):
    runs = three_pairs()[:3]
    values, judged = [0.8, 0.5, 0.8], [True, False, True]
    runs += [confirm("adapted", s, values, seconds_per_epoch=4.0, judged=judged) for s in range(3)]
    level = compared(study_folder(runs)).contrasts[0].level
    assert level.times["arm_reached"].tolist() == [12.0, 12.0, 12.0]


def test_the_final_value_is_the_one_at_the_end(study_folder):
    finals = compared(study_folder(three_pairs(judged=[True, False, True]))).contrasts[0].finals
    assert finals.val.mean == pytest.approx(0.8 - 0.75)


def test_the_searchs_cost_is_added_on_both_sides(study_folder):
    search = [
        Run(arm="fixed", stage="search", name="fixed-0", seed=0, values=[0.5], seconds_per_epoch=60.0),
        Run(arm="adapted", stage="search", name="adapted-0", seed=0, values=[0.5], seconds_per_epoch=30.0),
        Run(arm="adapted", stage="selection", name="adapted-s", seed=1, values=[0.5], seconds_per_epoch=12.0),
    ]
    level = compared(study_folder(three_pairs() + search)).contrasts[0].level
    assert (level.arm_search_seconds, level.reference_search_seconds) == (42.0, 60.0)
    assert level.ratio_with_search == pytest.approx((90 * 80 * 80) ** (1 / 3) / 50)


def test_a_diverged_run_counts_as_never_reaching_and_has_no_final_value(study_folder):
    runs = three_pairs()
    runs[3] = confirm("adapted", 0, [0.8, 0.8, None], seconds_per_epoch=1.0, status="diverged")
    contrast = compared(study_folder(runs)).contrasts[0]
    assert contrast.level.reached_arm == 2
    assert contrast.level.times["arm_restricted"].tolist() == [30.0, 8.0, 8.0]
    assert contrast.finals.unfinished_arm == 1
    assert contrast.finals.val.num_pairs == 2


def test_where_under_half_of_the_reference_reach_the_ratio_is_one_of_times_within_the_budget(study_folder):
    finals = [0.66, 0.67, 0.8]  # of two classes: 0.65 and less would have collapsed
    runs = [confirm("fixed", s, [0.5, f], seconds_per_epoch=10.0 + s) for s, f in enumerate(finals)]
    runs += [confirm("adapted", s, [0.8, 0.8], seconds_per_epoch=4.0 + s) for s in range(3)]
    comparison = compared(study_folder(runs))
    level = comparison.contrasts[0].level
    assert (level.reached_arm, level.reached_reference) == (3, 1)
    # fixed counts with 20, 22 and 24 s, two of them as whole runs, adapted with 4, 5 and 6 s
    assert level.ratio.value == pytest.approx((20 * 22 * 24 / (4 * 5 * 6)) ** (1 / 3))
    assert level.ratio.low < level.ratio.value < level.ratio.high
    assert "of times within the budget (under half of the fixed runs got there" in comparison.answer[0]
    assert "at least" not in comparison.answer[0]


def test_where_under_half_of_the_arm_reach_the_ratio_is_one_of_times_within_the_budget(study_folder):
    runs = [confirm("fixed", s, [0.7, 0.7], seconds_per_epoch=4.0 + s) for s in range(3)]
    finals = [0.6, 0.61, 0.7]
    runs += [confirm("adapted", s, [0.5, f], seconds_per_epoch=10.0 + s) for s, f in enumerate(finals)]
    comparison = compared(study_folder(runs))
    level = comparison.contrasts[0].level
    assert (level.reached_arm, level.reached_reference) == (1, 3)
    assert level.ratio.low < level.ratio.value == pytest.approx((4 * 5 * 6 / (20 * 22 * 24)) ** (1 / 3))
    assert comparison.contrasts[0].time_question.verdict == "reference"
    assert "(under half of the adapted runs got there" in comparison.answer[0]


def test_the_interval_of_times_knows_that_the_pairs_share_their_target(study_folder):
    """Targets .65, .625, .615 and .61: only the first run of fixed sets one that is too high for the others.

    adapted reaches every target in one epoch; the plain paired t of the four ratios would be too sure of itself, as
    without the first pair all three others reach theirs sooner.
    """
    finals = [0.6, 0.61, 0.62, 0.72]
    runs = [confirm("fixed", s, [0.5, f, f, f], seconds_per_epoch=10.0) for s, f in enumerate(finals)]
    runs += [confirm("adapted", s, [0.8, 0.8, 0.8, 0.8], seconds_per_epoch=10.0) for s in range(4)]
    log = compared(study_folder(runs)).contrasts[0].level.ratio.log
    # reached: none by 0.65, 0.647 and 0.643, so 40, 40, 40 s; 20 s by the last run: logarithms 4, 4, 4 and 2
    assert log.mean == pytest.approx(math.log(4 * 4 * 4 * 2) / 4)
    # without one of the first three the targets stay out of reach of the two others of them; without the last they are
    # 0.615, 0.61 and 0.605, which 0.6 does not reach, 0.61 and 0.62 do
    without = [math.log(4 * 4 * 2) / 3] * 3 + [math.log(4 * 2 * 2) / 3]
    squares = sum((each - sum(without) / 4) ** 2 for each in without)
    assert log.spread.standard_error == pytest.approx((3 / 4 * squares) ** 0.5)
    assert log.spread.df == 3


def test_two_pairs_set_each_others_targets_and_have_no_interval_of_times(study_folder):
    answer = compared(study_folder(two_arm_runs(2))).answer[0]
    assert "with too few pairs to judge it by" in answer


def test_the_last_good_value_of_a_run_that_diverged_is_not_its_final_one(study_folder):
    runs = three_pairs()
    runs[3] = confirm("adapted", 0, [0.8, 0.8], judged=[True, False], status="diverged", correct=[1] * 10)
    comparison = compared(study_folder(runs))
    assert comparison.evidence.runs.loc["adapted-confirm-0", "objective"] == 0.8
    assert (
        comparison.confirmations.set_index("run")
        .loc["adapted-confirm-0", ["final_val", "final_test"]]
        .isna()
        .all()
    )
    assert comparison.contrasts[0].finals.val.num_pairs == 2


def test_where_under_half_of_both_reach_no_ratio_is_given(study_folder):
    facts = default_facts() | {"target_grid": [0.99]}
    comparison = compared(study_folder(three_pairs(), facts=facts))
    assert comparison.contrasts[0].grid[0].ratio is None
    assert times_table(comparison).rows[2][5] == "under half reached in both"


def test_a_restart_breaks_a_level_at_every_epoch_but_not_at_cycle_ends(study_folder):
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
    contrast = compared(study_folder(runs)).contrasts[0]
    assert contrast.level.times["arm_reached"].tolist() == [4.0, 4.0, 4.0]
    assert contrast.level_at_cycle_ends.times["arm_reached"].tolist() == [2.0, 2.0, 2.0]
    assert contrast.level_at_cycle_ends.times["reference_reached"].tolist() == [4.0, 4.0, 4.0]


def test_the_better_arm_is_named_with_its_interval(study_folder):
    comparison = compared(study_folder(two_arm_runs()))
    contrast = comparison.contrasts[0]
    assert contrast.final_question.verdict == "arm"
    assert contrast.finals.headline is contrast.finals.test_combined
    assert contrast.finals.test.mean == pytest.approx(0.1)
    assert contrast.finals.test_combined.mean == pytest.approx(0.1)
    assert comparison.answer[0].startswith(
        "adapted is better than fixed by 0.100: test accuracy 0.808 against 0.708"
    )
    assert "95% interval" in comparison.answer[0]


def test_a_worse_arm_is_named_as_such(study_folder):
    answer = compared(study_folder(two_arm_runs(test_gain=-20))).answer[0]
    assert answer.startswith("fixed is better than adapted by 0.200")


def test_no_difference_is_worded_with_what_the_seeds_would_have_shown(study_folder):
    comparison = compared(study_folder(two_arm_runs(gain=0.0, test_gain=0)))
    contrast = comparison.contrasts[0]
    assert contrast.final_question.verdict == "none"
    assert comparison.answer[0].startswith("No difference shown between adapted and fixed")
    question, headline = contrast.final_question, contrast.finals.headline
    # the time has no spread between pairs, so the end is the only question that is judged
    assert contrast.family_size == 1
    assert question.detectable == detectable_difference(headline.spread, confidence=0.95)
    shown = f"5 seeds would have shown a difference of {question.detectable:.3f} with 80% power"
    assert shown in comparison.answer[0]


def test_more_divergence_in_the_better_arm_takes_the_verdict_back(study_folder):
    runs = [
        dataclasses.replace(run, status="diverged", correct=None) if run.name == "adapted-confirm-0" else run
        for run in two_arm_runs()
    ]
    comparison = compared(study_folder(runs))
    assert comparison.contrasts[0].final_question.verdict == "undecided"
    assert comparison.answer[0].startswith("Not decided between adapted and fixed")
    assert "BEWARE: 1 of 5 adapted runs and 0 of 5 fixed runs diverged or failed" in comparison.answer[0]
    assert any("adapted-confirm-0 (diverged)" in note for note in comparison.notes)


def test_an_arm_of_which_no_run_finished_says_so(study_folder):
    runs = [
        dataclasses.replace(run, status="out_of_memory", correct=None)
        if run.arm == "adapted" and run.stage == "confirm"
        else run
        for run in two_arm_runs()
    ]
    comparison = compared(study_folder(runs))
    assert comparison.contrasts[0].finals.headline is None
    assert "no pair has two finished runs" in comparison.answer[0]
    assert comparison.arms.loc[comparison.arms["arm"] == "adapted", "test_mean"].isna().all()


def test_one_seed_gives_numbers_and_no_interval(study_folder):
    comparison = compared(study_folder(two_arm_runs(1)))
    assert "One pair gives no interval, so nothing is shown" in comparison.answer[0]
    assert comparison.contrasts[0].final_question.verdict == "unknown"
    assert comparison.contrasts[0].level is None
    assert any("1 of the 3 seeds planned" in note for note in comparison.notes)


def test_identical_arms_are_called_identical(study_folder):
    runs = [
        confirm(arm, s, [0.5, 0.7], correct=[1, 0] * 50) for arm in ("adapted", "fixed") for s in range(3)
    ]
    comparison = compared(study_folder(runs))
    assert comparison.contrasts[0].final_question.verdict == "identical"
    assert "all 3 pairs gave exactly the same test accuracy" in comparison.answer[0]
    assert comparison.contrasts[0].level.ratio.value == pytest.approx(1.0)


def test_a_constant_difference_is_degenerate_and_not_called_better(study_folder):
    right = {"adapted": [1] * 100, "fixed": [0] * 100}
    runs = [confirm(arm, s, [0.5, 0.7], correct=right[arm]) for arm in ("adapted", "fixed") for s in range(3)]
    comparison = compared(study_folder(runs))
    assert comparison.contrasts[0].final_question.verdict == "unknown"
    assert "exactly the same difference" in comparison.answer[0]


def test_a_study_that_only_searched_shows_no_difference(study_folder):
    runs = [run for run in two_arm_runs() if run.stage == "search"]
    comparison = compared(study_folder(runs, facts={}))
    assert "nothing can be said" in comparison.answer[0]
    assert any("no confirmation yet" in note for note in comparison.notes)
    assert any("has not ended" in note for note in comparison.notes)
    assert comparison.search["best_objective"].tolist() == pytest.approx([0.75, 0.65])


def test_a_study_without_any_record_is_compared_as_far_as_it_got(study_folder):
    folder = study_folder(two_arm_runs(1))
    path = folder / "records.parquet"
    pd.read_parquet(path).head(0).to_parquet(path, index=False)
    (folder / "predictions.parquet").unlink()
    comparison = compared(folder)
    assert comparison.answer == ("Nothing was recorded yet: the study stopped before its first epoch ended.",)
    assert comparison.evidence.evaluations.empty


def test_a_study_of_the_reference_alone_compares_nothing(study_folder):
    runs = [run for run in two_arm_runs() if run.arm == "fixed"]
    comparison = compared(study_folder(runs, spec=default_spec(["fixed"])))
    assert comparison.contrasts == ()
    assert "only the reference arm" in comparison.answer[0]


def test_confirmation_runs_that_have_not_ended_are_left_out_and_named(study_folder):
    runs = [
        dataclasses.replace(run, status="running", correct=None) if run.name == "fixed-confirm-4" else run
        for run in two_arm_runs()
    ]
    comparison = compared(study_folder(runs))
    assert comparison.contrasts[0].finals.num_pairs == 4
    assert any("fixed-confirm-4" in note for note in comparison.notes)


def test_results_are_also_given_within_each_architecture_and_adjusted_together(study_folder):
    other = [
        dataclasses.replace(run, name=f"{run.name}-d", architecture="densenet", overall=False)
        for run in two_arm_runs()
    ]
    comparison = compared(study_folder(two_arm_runs() + other))
    # resnet18 holds both overall winners: the contrast within it is the overall one, and is not asked twice
    assert [c.pairing.architecture for c in comparison.contrasts] == [None, "densenet"]
    raw = [c.finals.headline.p for c in comparison.contrasts]
    adjusted = [c.final_question.adjusted_p for c in comparison.contrasts]
    # two ends and two times are one family of four
    times = [c.level.ratio.log.p for c in comparison.contrasts]
    assert adjusted == pytest.approx(holm([*raw, *times])[:2])
    assert [c.family_size for c in comparison.contrasts] == [4, 4]
    narrow, wide = (
        comparison.contrasts[0].finals.headline,
        comparison.contrasts[0].final_question.simultaneous,
    )
    assert wide[0] < narrow.low < narrow.high < wide[1]
    assert "within densenet" in comparison.answer[1]


def test_a_second_run_of_one_seed_is_refused(study_folder):
    runs = [confirm("fixed", 0, [0.5]), dataclasses.replace(confirm("fixed", 0, [0.5]), name="again")]
    with pytest.raises(ValueError, match="more than once on seed 0"):
        compared(study_folder(runs))


def test_balanced_accuracy_weighs_the_images_of_small_classes_up(study_folder):
    # of every ten images six are of class 0, four of class 1; adapted gets class 1 right, fixed class 0
    label_one = [0] * 6 + [1] * 4
    runs = [confirm("adapted", s, [0.5], correct=label_one) for s in range(2)]
    runs += [confirm("fixed", s, [0.5], correct=[1 - c for c in label_one]) for s in range(2)]
    spec = default_spec(["adapted", "fixed"])
    assert compared(study_folder(runs, "a", spec=spec)).contrasts[
        0
    ].finals.test_combined.mean == pytest.approx(-0.2)
    spec["compare"]["objective"] = "balanced_accuracy"
    balanced = compared(study_folder(runs, "b", spec=spec))
    assert balanced.contrasts[0].finals.test_combined.mean == pytest.approx(0.0)
    assert any("disagree" in note for note in balanced.notes)


def test_predictions_that_lack_an_image_are_refused(study_folder):
    folder = study_folder(two_arm_runs(2))
    path = folder / "predictions.parquet"
    pd.read_parquet(path).iloc[1:].to_parquet(path, index=False)
    with pytest.raises(ValueError, match="lacks images"):
        compared(folder)


def test_equal_budgets_compare_the_last_evaluation_within_each_pairs_common_amount(study_folder):
    runs = [confirm("fixed", s, [0.5, 0.6, 0.7 + s / 100], seconds_per_epoch=10.0) for s in range(2)]
    judged = [True, False, True]
    runs += [
        confirm(
            "adapted",
            s,
            [0.55, 0.9, 0.68 - s / 50],
            seconds_per_epoch=20.0,
            judged=judged,
            body_passes_per_epoch=200,
        )
        for s in range(2)
    ]
    comparison = compared(study_folder(runs))
    epochs, passes, seconds = comparison.contrasts[0].equal
    assert [(one.least, one.most) for one in (epochs, passes, seconds)] == [(3, 3), (300, 300), (30, 30)]
    assert epochs.estimate.mean == pytest.approx(0.67 - 0.705)
    # 300 passes and 30 seconds: adapted has come to the end of its first epoch of 200 passes and 20 seconds
    assert passes.estimate.mean == pytest.approx(0.55 - 0.705)
    assert seconds.estimate.mean == pytest.approx(0.55 - 0.705)


def test_each_pair_has_its_own_common_amount(study_folder):
    runs = [confirm("fixed", s, [0.5, 0.6, 0.7], seconds_per_epoch=10.0) for s in range(2)]
    runs += [confirm("adapted", s, [0.55, 0.75, 0.8], seconds_per_epoch=[5.0, 15.0][s]) for s in range(2)]
    seconds = compared(study_folder(runs)).contrasts[0].equal[2]
    # 15 s: adapted ends, fixed is after one epoch; 30 s: fixed ends, adapted is after two
    assert (seconds.least, seconds.most) == (15.0, 30.0)
    assert seconds.estimate.mean == pytest.approx(((0.8 - 0.5) + (0.75 - 0.7)) / 2)


@pytest.mark.parametrize(("factor", "kept"), [(1.001, True), (1.049, True), (1.06, False)])
def test_a_run_within_5_percent_of_the_common_amount_keeps_its_final_value(study_folder, factor, kept):
    runs = [confirm("fixed", s, [0.5, 0.6, 0.7], seconds_per_epoch=10.0) for s in range(2)]
    runs += [confirm("adapted", s, [0.5, 0.6, 0.8], seconds_per_epoch=10.0 * factor) for s in range(2)]
    seconds = compared(study_folder(runs)).contrasts[0].equal[2]
    assert seconds.estimate.mean == pytest.approx((0.8 if kept else 0.6) - 0.7)


@pytest.mark.parametrize("jitter", [[0.999, 1.001, 1.0], [1.001, 0.999, 1.0005], [1.0, 1.0, 1.0]])
def test_jitter_of_the_machine_does_not_decide_what_depends_on_the_budget(study_folder, jitter):
    wobble = [0.0, 0.01, 0.005]
    runs = [confirm("fixed", s, [0.5, 0.6, 0.7 + w], seconds_per_epoch=10.0) for s, w in enumerate(wobble)]
    runs += [
        confirm("adapted", s, [0.5, 0.6, 0.9], seconds_per_epoch=10.0 * factor)
        for s, factor in enumerate(jitter)
    ]
    comparison = compared(study_folder(runs))
    assert comparison.equal_budgets == ()
    (row,) = equal_budget_table(comparison).rows
    assert row[1:4] == ("+0.195 \N{PLUS-MINUS SIGN} 0.012",) * 3


def test_a_pair_without_an_evaluation_within_the_amount_is_counted_in_the_table(study_folder):
    wobble = [0.0, 0.01, 0.005]
    runs = [confirm("fixed", s, [0.5, 0.6, 0.7 + w], seconds_per_epoch=1.0) for s, w in enumerate(wobble)]
    # the third pair has no evaluation of adapted within 3 seconds
    runs += [confirm("adapted", s, [0.69 + s / 20, 0.9, 0.9], seconds_per_epoch=3.0) for s in range(2)]
    runs.append(confirm("adapted", 2, [0.7, 0.9, 0.9], seconds_per_epoch=9.0))
    comparison = compared(study_folder(runs))
    assert comparison.equal_budgets == ()
    assert equal_budget_table(comparison).rows[0][3].endswith("(2/3)")


def test_an_amount_that_no_pair_was_evaluated_within_is_said_to_be_so(study_folder):
    runs = [confirm("fixed", s, [0.5, 0.7], seconds_per_epoch=1.0) for s in range(3)]
    runs += [confirm("adapted", s, [0.8, 0.9], seconds_per_epoch=3.0) for s in range(3)]
    comparison = compared(study_folder(runs))
    assert equal_budget_table(comparison).rows[0][3] == "no pair"


def test_a_difference_that_is_there_at_equal_epochs_alone_turns_nothing_round(study_folder):
    wobble = [0.0, 0.01, 0.005]
    runs = [confirm("fixed", s, [0.5, 0.6, 0.7 + w], seconds_per_epoch=10.0) for s, w in enumerate(wobble)]
    halfway = [0.7, 0.72, 0.69]
    runs += [confirm("adapted", s, [h, 0.5, 0.9], seconds_per_epoch=20.0) for s, h in enumerate(halfway)]
    assert compared(study_folder(runs)).equal_budgets == ()


def test_with_one_pair_dependence_is_not_said(study_folder):
    comparison = compared(study_folder(two_arm_runs(1)))
    assert comparison.equal_budgets == ()
    assert len(equal_budget_table(comparison).rows) == 1


def test_an_epoch_that_a_run_ended_within_is_not_counted(study_folder):
    runs = three_pairs()
    runs[3] = confirm(
        "adapted", 0, [0.6, 0.8], status="out_of_memory", within_epoch=True, judged=[True, False]
    )
    run = compared(study_folder(runs)).evidence.runs.loc["adapted-confirm-0"]
    assert (run["status"], run["num_epochs"], run["body_passes"]) == ("out_of_memory", 2, 200)
    assert (run["objective"], run["peak_lr"]) == (0.6, 0.01)
    assert math.isnan(run["final_val"])


def test_a_run_that_failed_within_its_first_epoch_has_no_epochs(study_folder):
    runs = [*three_pairs(), confirm("adapted", 3, [], status="failed", within_epoch=True)]
    run = compared(study_folder(runs)).evidence.runs.loc["adapted-confirm-3"]
    assert run["num_epochs"] == 0
    assert math.isnan(run["peak_lr"])


def test_a_conclusion_that_depends_on_what_is_held_equal_is_said_to(study_folder):
    wobble = [0.0, 0.01, 0.005]
    runs = [confirm("fixed", s, [0.5, 0.6, 0.7 + w], seconds_per_epoch=10.0) for s, w in enumerate(wobble)]
    runs += [confirm("adapted", s, [0.5, 0.6, 0.9], seconds_per_epoch=20.0) for s in range(3)]
    (sentence,) = compared(study_folder(runs)).equal_budgets
    assert "the conclusion DEPENDS on what is held equal" in sentence
    assert "adapted better at equal epochs, fixed better at equal seconds" in sentence


def headline(comparison):
    columns = ["mean", "low", "high", "p", "adjusted_p"]
    times = [
        "target",
        "longest_seconds",
        "arm_seconds",
        "reference_seconds",
        "ratio",
        "ratio_low",
        "with_search",
    ]
    summary = summary_table(comparison)[columns].to_numpy(dtype=float)
    return summary, time_to_target_table(comparison)[times].to_numpy(dtype=float)


def same(one, other):
    return all(
        np.allclose(a, b, rtol=1e-9, atol=1e-12, equal_nan=True) for a, b in zip(one, other, strict=True)
    )


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    return headline(compared(write_study(folder / "toy", two_arm_runs(4))))


few = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@given(shuffle=st.integers(0, 1000), seeds=st.permutations([3, 17, 4, 99]))
def test_the_order_of_rows_and_the_names_of_seeds_do_not_matter(tmp_path, base, shuffle, seeds):
    renamed = [
        dataclasses.replace(run, seed=seeds[run.seed - 1000]) if run.stage == "confirm" else run
        for run in two_arm_runs(4)
    ]
    assert same(headline(compared(write_study(tmp_path / "toy", renamed, shuffle=shuffle))), base)


@few
@given(factor=st.floats(0.01, 1000))
def test_scaling_all_seconds_scales_times_and_no_ratio(tmp_path, base, factor):
    runs = [
        dataclasses.replace(run, seconds_per_epoch=run.seconds_per_epoch * factor) for run in two_arm_runs(4)
    ]
    summary, times = headline(compared(write_study(tmp_path / "toy", runs)))
    scale = [1, factor, factor, factor, 1, 1, 1]
    assert same((summary, times / scale), base)


def test_a_missing_metric_stays_missing_everywhere(study_folder):
    runs = [dataclasses.replace(run, correct=None) for run in two_arm_runs(3)]
    comparison = compared(study_folder(runs))
    assert comparison.confirmations["final_test"].isna().all()
    assert comparison.contrasts[0].finals.test is None
    assert comparison.arms["test_mean"].isna().all()
    row = summary_table(comparison).set_index("measure").loc["test"]
    assert math.isnan(row["mean"])
