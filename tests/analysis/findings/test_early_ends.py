"""Recipes may end phases early, so runs of one arm may have different numbers of epochs."""

import pytest

from analysis import compare, write_report
from analysis.figures.learning_curves import mean_curve, reference_level
from analysis.figures.learning_curves import table as curve_table
from analysis.findings.contrasts.equal_budget import EQUAL_BUDGETS
from tests.support.loaded_studies import compared, loaded
from tests.support.synthetic_study import Run


def confirm(arm, seed, values, **more):
    return Run(arm=arm, stage="confirm", name=f"{arm}-confirm-{seed}", seed=seed, values=values, **more)


def early_runs():
    """`fixed` always has four epochs of 10 s; `adapted` ends after four, two and one of 5 s, with its best state."""
    runs = [confirm("fixed", s, [0.5, 0.6, 0.65, 0.7 + s / 100], seconds_per_epoch=10.0) for s in range(3)]
    values = [[0.5, 0.6, 0.7, 0.8], [0.6, 0.75], [0.65]]
    runs += [confirm("adapted", s, values[s], seconds_per_epoch=5.0, correct=[1] * 100) for s in range(3)]
    return runs


@pytest.fixture
def study():
    return loaded(early_runs())


def test_a_run_ends_with_its_own_last_record(study):
    runs = compare(study).data.runs.loc[[f"adapted-confirm-{s}" for s in range(3)]]
    assert runs["num_epochs"].tolist() == [4, 2, 1]
    assert runs["final_val"].tolist() == [0.8, 0.75, 0.65]
    assert runs["final_test"].tolist() == [1.0, 1.0, 1.0]
    assert runs["cost_seconds"].tolist() == [20.0, 10.0, 5.0]


def test_the_final_value_is_the_last_objective_also_where_the_last_epoch_is_not_judged():
    run = confirm("fixed", 0, [0.5, 0.8, 0.3], judged=[True, True, False])
    runs = compared([run]).data.runs
    assert runs["final_val"].tolist() == [0.8]


def test_differences_are_of_what_the_runs_end_with(study):
    finals = compare(study).contrasts[0].finals
    assert finals.num_pairs == 3
    assert finals.val.mean == pytest.approx((0.8 + 0.75 + 0.65) / 3 - 0.71)


def test_giving_up_soon_is_not_reaching_soon(study):
    level = compare(study).contrasts[0].level
    # targets 0.715, 0.71, 0.705; adapted reaches after 20 s and 10 s. The third gave up after one epoch of
    # four: at its pace they would have taken 20 s.
    assert level.times["target"].tolist() == pytest.approx([0.715, 0.71, 0.705])
    assert level.times["arm_reached"].tolist()[:2] == [20.0, 10.0]
    assert level.times["arm_reached"].isna().tolist() == [False, False, True]
    assert level.times["arm_end"].tolist() == [20.0, 10.0, 5.0]
    assert level.times["arm_restricted"].tolist() == [20.0, 10.0, 20.0]
    assert level.longest_seconds == 40.0


def test_each_pair_is_held_to_the_epochs_of_the_run_that_ended_first(study):
    contrast = compare(study).contrasts[0]
    amounts = EQUAL_BUDGETS[0].common_amounts(study, contrast.pairing)
    assert amounts.tolist() == [4, 2, 1]
    epochs = contrast.listed["val_at_equal_epochs"]
    assert epochs.num_missing == 0
    # 0.8 against 0.7 after four epochs, 0.75 against 0.6 after two, 0.65 against 0.5 after one
    assert epochs.estimate.mean == pytest.approx((0.1 + 0.15 + 0.15) / 3)


def test_the_mean_curve_goes_as_far_as_all_seeds_went_and_the_dashed_line_is_of_final_values(study):
    means = mean_curve(curve_table(compare(study)))
    adapted = means[means["arm"] == "adapted"]
    assert adapted["epoch"].tolist() == [1]
    assert adapted["value"].tolist() == pytest.approx([(0.5 + 0.6 + 0.65) / 3])
    assert reference_level(compare(study)) == pytest.approx(0.71)


def test_the_report_draws_curves_of_unequal_length(study, tmp_path, figures):
    figures("learning_curves", "speed_up")
    assert "Learning curves of the confirmation" in write_report(compare(study), tmp_path).html.read_text()
