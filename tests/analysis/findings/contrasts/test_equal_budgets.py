"""The comparison within the epochs, passes or seconds that both arms had."""

import math

import pytest

from analysis.tables.statistics_table import statistics_table
from tests.support.hand_made import confirm, three_pairs
from tests.support.loaded_studies import compared
from tests.support.synthetic_study import two_arm_runs


def at_equal_seconds(comparison):
    return comparison.contrasts[0].listed["val_at_equal_seconds"]


def test_equal_budgets_compare_the_last_evaluation_within_each_pairs_common_amount():
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
    epochs, passes, seconds = compared(runs).contrasts[0].listed.values()
    assert epochs.estimate.mean == pytest.approx(0.67 - 0.705)
    # 300 passes and 30 seconds: adapted has come to the end of its first epoch of 200 passes and 20 seconds
    assert passes.estimate.mean == pytest.approx(0.55 - 0.705)
    assert seconds.estimate.mean == pytest.approx(0.55 - 0.705)


def test_each_pair_has_its_own_common_amount():
    runs = [confirm("fixed", s, [0.5, 0.6, 0.7], seconds_per_epoch=10.0) for s in range(2)]
    runs += [confirm("adapted", s, [0.55, 0.75, 0.8], seconds_per_epoch=[5.0, 15.0][s]) for s in range(2)]
    seconds = at_equal_seconds(compared(runs))
    # 15 s: adapted ends, fixed is after one epoch; 30 s: fixed ends, adapted is after two
    assert seconds.estimate.mean == pytest.approx(((0.8 - 0.5) + (0.75 - 0.7)) / 2)


@pytest.mark.parametrize(("factor", "kept"), [(1.001, True), (1.049, True), (1.06, False)])
def test_a_run_within_5_percent_of_the_common_amount_keeps_its_final_value(factor, kept):
    runs = [confirm("fixed", s, [0.5, 0.6, 0.7], seconds_per_epoch=10.0) for s in range(2)]
    runs += [confirm("adapted", s, [0.5, 0.6, 0.8], seconds_per_epoch=10.0 * factor) for s in range(2)]
    seconds = at_equal_seconds(compared(runs))
    assert seconds.estimate.mean == pytest.approx((0.8 if kept else 0.6) - 0.7)


@pytest.mark.parametrize("jitter", [[0.999, 1.001, 1.0], [1.001, 0.999, 1.0005], [1.0, 1.0, 1.0]])
def test_jitter_of_the_machine_does_not_decide_what_depends_on_the_budget(jitter):
    wobble = [0.0, 0.01, 0.005]
    runs = [confirm("fixed", s, [0.5, 0.6, 0.7 + w], seconds_per_epoch=10.0) for s, w in enumerate(wobble)]
    runs += [
        confirm("adapted", s, [0.5, 0.6, 0.9], seconds_per_epoch=10.0 * factor)
        for s, factor in enumerate(jitter)
    ]
    comparison = compared(runs)
    assert comparison.equal_budgets == ()
    (row,) = statistics_table(comparison, "equal_budgets").rows
    assert row[1:4] == ("+0.195 \N{PLUS-MINUS SIGN} 0.012",) * 3


def test_a_pair_without_an_evaluation_within_the_amount_is_counted_in_the_table():
    wobble = [0.0, 0.01, 0.005]
    runs = [confirm("fixed", s, [0.5, 0.6, 0.7 + w], seconds_per_epoch=1.0) for s, w in enumerate(wobble)]
    # the third pair has no evaluation of adapted within 3 seconds
    runs += [confirm("adapted", s, [0.69 + s / 20, 0.9, 0.9], seconds_per_epoch=3.0) for s in range(2)]
    runs.append(confirm("adapted", 2, [0.7, 0.9, 0.9], seconds_per_epoch=9.0))
    comparison = compared(runs)
    assert comparison.equal_budgets == ()
    assert statistics_table(comparison, "equal_budgets").rows[0][3].endswith("(2/3)")


def test_an_amount_that_no_pair_was_evaluated_within_is_said_to_be_so():
    runs = [confirm("fixed", s, [0.5, 0.7], seconds_per_epoch=1.0) for s in range(3)]
    runs += [confirm("adapted", s, [0.8, 0.9], seconds_per_epoch=3.0) for s in range(3)]
    comparison = compared(runs)
    assert statistics_table(comparison, "equal_budgets").rows[0][3] == "no pair"


def test_a_difference_that_is_there_at_equal_epochs_alone_turns_nothing_round():
    wobble = [0.0, 0.01, 0.005]
    runs = [confirm("fixed", s, [0.5, 0.6, 0.7 + w], seconds_per_epoch=10.0) for s, w in enumerate(wobble)]
    halfway = [0.7, 0.72, 0.69]
    runs += [confirm("adapted", s, [h, 0.5, 0.9], seconds_per_epoch=20.0) for s, h in enumerate(halfway)]
    assert compared(runs).equal_budgets == ()


def test_with_one_pair_dependence_is_not_said():
    comparison = compared(two_arm_runs(1))
    assert comparison.equal_budgets == ()
    assert len(statistics_table(comparison, "equal_budgets").rows) == 1


def test_an_epoch_that_a_run_ended_within_is_not_counted():
    runs = three_pairs()
    runs[3] = confirm(
        "adapted", 0, [0.6, 0.8], status="out_of_memory", within_epoch=True, judged=[True, False]
    )
    run = compared(runs).data.runs.loc["adapted-confirm-0"]
    assert (run["status"], run["num_epochs"], run["body_passes"]) == ("out_of_memory", 2, 200)
    assert (run["objective"], run["peak_lr"]) == (0.6, 0.01)
    assert math.isnan(run["final_val"])


def test_a_run_that_failed_within_its_first_epoch_has_no_epochs():
    runs = [*three_pairs(), confirm("adapted", 3, [], status="failed", within_epoch=True)]
    run = compared(runs).data.runs.loc["adapted-confirm-3"]
    assert run["num_epochs"] == 0
    assert math.isnan(run["peak_lr"])


def test_a_conclusion_that_depends_on_what_is_held_equal_is_said_to():
    wobble = [0.0, 0.01, 0.005]
    runs = [confirm("fixed", s, [0.5, 0.6, 0.7 + w], seconds_per_epoch=10.0) for s, w in enumerate(wobble)]
    runs += [confirm("adapted", s, [0.5, 0.6, 0.9], seconds_per_epoch=20.0) for s in range(3)]
    (sentence,) = compared(runs).equal_budgets
    assert "the conclusion DEPENDS on what is held equal" in sentence
    assert "adapted better at equal epochs, fixed better at equal seconds" in sentence
