"""The comparison of final values, on studies written by hand."""

import dataclasses
import math

import pandas as pd
import pytest

from analysis import compare, load_study
from analysis.findings.contrasts.further_seeds import seconds_per_seed
from analysis.loading.run_metadata import RunMetadata
from analysis.statistics.estimate import detectable_difference
from analysis.statistics.holm import holm
from analysis.tables.csv_tables import summary_table
from tests.support.hand_made import confirm
from tests.support.loaded_studies import compared
from tests.support.synthetic_study import default_spec, two_arm_runs


def test_the_better_arm_is_named_with_its_interval():
    comparison = compared(two_arm_runs())
    contrast = comparison.contrasts[0]
    assert contrast.final_result.verdict == "arm"
    assert contrast.finals.headline is contrast.finals.test_combined
    assert contrast.finals.test.mean == pytest.approx(0.1)
    assert contrast.finals.test_combined.mean == pytest.approx(0.1)
    assert comparison.answer[0].startswith(
        "adapted is better than fixed by 0.100, at least 0.059 and at most 0.141: test accuracy 0.808 against 0.708"
    )
    assert "95% interval" in comparison.answer[0]


def test_a_worse_arm_is_named_as_such():
    answer = compared(two_arm_runs(test_gain=-20)).answer[0]
    assert answer.startswith("fixed is better than adapted by 0.200")


def test_an_open_question_is_worded_with_the_seeds_that_would_decide_it():
    comparison = compared(two_arm_runs(gain=0.0, test_gain=0))
    contrast = comparison.contrasts[0]
    assert contrast.final_result.verdict == "undecided"
    assert comparison.answer[0].startswith("Not decided yet between adapted and fixed")
    question, headline = contrast.final_result, contrast.finals.headline
    # the time has no spread between pairs
    assert (contrast.num_ends, contrast.num_times) == (1, 1)
    assert question.detectable == detectable_difference(headline.spread, confidence=0.95)
    needed = contrast.further.needed
    # 60 s of confirmation for 5 seeds, at 3.60 an hour
    assert contrast.further.seconds == pytest.approx(needed.pairs * seconds_per_seed(comparison.data))
    assert f" {needed.pairs} more seeds (about" in comparison.answer[0]


def test_more_divergence_in_the_better_arm_takes_the_verdict_back():
    runs = [
        dataclasses.replace(run, status="diverged", correct=None) if run.name == "adapted-confirm-0" else run
        for run in two_arm_runs()
    ]
    comparison = compared(runs)
    assert comparison.contrasts[0].final_result.verdict == "withheld"
    assert comparison.answer[0].startswith("Not decided between adapted and fixed")
    assert "BEWARE: 1 of 5 adapted runs and 0 of 5 fixed runs diverged or failed" in comparison.answer[0]
    assert any("adapted-confirm-0 (diverged)" in note for note in comparison.notes)


def test_an_arm_of_which_no_run_finished_says_so():
    runs = [
        dataclasses.replace(run, status="out_of_memory", correct=None)
        if run.arm == "adapted" and run.stage == "confirm"
        else run
        for run in two_arm_runs()
    ]
    comparison = compared(runs)
    assert comparison.contrasts[0].finals.headline is None
    assert "no pair has two finished runs" in comparison.answer[0]
    assert comparison.arms.loc[comparison.arms["arm"] == "adapted", "test_mean"].isna().all()


def test_one_seed_gives_numbers_and_no_interval():
    comparison = compared(two_arm_runs(1))
    assert "One pair gives no interval, so nothing is shown" in comparison.answer[0]
    assert comparison.contrasts[0].final_result.verdict == "unknown"
    assert comparison.contrasts[0].level is None
    assert any("1 of the 3 seeds planned" in note for note in comparison.notes)


def test_identical_arms_are_called_identical():
    runs = [
        confirm(arm, s, [0.5, 0.7], correct=[1, 0] * 50) for arm in ("adapted", "fixed") for s in range(3)
    ]
    comparison = compared(runs)
    assert comparison.contrasts[0].final_result.verdict == "identical"
    assert "all 3 pairs gave exactly the same test accuracy" in comparison.answer[0]
    assert comparison.contrasts[0].level.ratio.value == pytest.approx(1.0)


def test_a_constant_difference_is_degenerate_and_not_called_better():
    right = {"adapted": [1] * 100, "fixed": [0] * 100}
    runs = [confirm(arm, s, [0.5, 0.7], correct=right[arm]) for arm in ("adapted", "fixed") for s in range(3)]
    comparison = compared(runs)
    assert comparison.contrasts[0].final_result.verdict == "unknown"
    assert "exactly the same difference" in comparison.answer[0]


def test_a_study_that_only_searched_shows_no_difference():
    runs = [run for run in two_arm_runs() if run.stage == "search"]
    comparison = compared(runs, metadata=RunMetadata())
    assert "nothing can be said" in comparison.answer[0]
    assert any("no confirmation yet" in note for note in comparison.notes)
    assert any("has not ended" in note for note in comparison.notes)
    assert comparison.search["best_objective"].tolist() == pytest.approx([0.75, 0.65])


def test_a_study_without_any_record_is_compared_as_far_as_it_got(study_folder):
    folder = study_folder(two_arm_runs(1))
    path = folder / "records.parquet"
    pd.read_parquet(path).head(0).to_parquet(path, index=False)
    (folder / "predictions.parquet").unlink()
    comparison = compare(load_study(folder))
    assert comparison.answer == ("Nothing was recorded yet: the study stopped before its first epoch ended.",)
    assert comparison.data.evaluations.empty


def test_a_study_of_the_reference_alone_compares_nothing():
    runs = [run for run in two_arm_runs() if run.arm == "fixed"]
    comparison = compared(runs, spec=default_spec(["fixed"]))
    assert comparison.contrasts == ()
    assert "only the reference arm" in comparison.answer[0]


def test_confirmation_runs_that_have_not_ended_are_left_out_and_named():
    runs = [
        dataclasses.replace(run, status="running", correct=None) if run.name == "fixed-confirm-4" else run
        for run in two_arm_runs()
    ]
    comparison = compared(runs)
    assert comparison.contrasts[0].finals.num_pairs == 4
    assert any("fixed-confirm-4" in note for note in comparison.notes)


def test_results_are_also_given_within_each_architecture_and_adjusted_together():
    other = [
        dataclasses.replace(run, name=f"{run.name}-d", architecture="densenet", overall=False)
        for run in two_arm_runs()
    ]
    comparison = compared(two_arm_runs() + other)
    # resnet18 holds both overall winners: the contrast within it is the overall one, and is not asked twice
    assert [c.pairing.architecture for c in comparison.contrasts] == [None, "densenet"]
    # the two ends are one family, the two times another
    raw = [c.finals.headline.p for c in comparison.contrasts]
    assert [c.final_result.adjusted_p for c in comparison.contrasts] == pytest.approx(holm(raw))
    times = [c.level.ratio.log.p for c in comparison.contrasts]
    assert [c.time_result.adjusted_p for c in comparison.contrasts] == pytest.approx(holm(times))
    assert [(c.num_ends, c.num_times) for c in comparison.contrasts] == [(2, 2), (2, 2)]
    # one is judged at the first step of Holm's procedure, the other at the second
    assert sorted(c.final_result.level for c in comparison.contrasts) == pytest.approx([0.025, 0.05])
    narrow, wide = (
        comparison.contrasts[0].finals.headline,
        comparison.contrasts[0].final_result.interval,
    )
    assert wide[0] < narrow.low < narrow.high < wide[1]
    assert "within densenet" in comparison.answer[1]


def test_a_second_run_of_one_seed_is_refused():
    runs = [confirm("fixed", 0, [0.5]), dataclasses.replace(confirm("fixed", 0, [0.5]), name="again")]
    with pytest.raises(ValueError, match="more than once on seed 0"):
        compared(runs)


def test_balanced_accuracy_weighs_the_images_of_small_classes_up():
    # of every ten images six are of class 0, four of class 1; adapted gets class 1 right, fixed class 0
    label_one = [0] * 6 + [1] * 4
    runs = [confirm("adapted", s, [0.5], correct=label_one) for s in range(2)]
    runs += [confirm("fixed", s, [0.5], correct=[1 - c for c in label_one]) for s in range(2)]
    spec = default_spec(["adapted", "fixed"])
    assert compared(runs, spec=spec).contrasts[0].finals.test_combined.mean == pytest.approx(-0.2)
    spec["compare"]["objective"] = "balanced_accuracy"
    balanced = compared(runs, spec=spec)
    assert balanced.contrasts[0].finals.test_combined.mean == pytest.approx(0.0)
    assert any("disagree" in note for note in balanced.notes)


def test_predictions_that_lack_an_image_are_refused(study_folder):
    folder = study_folder(two_arm_runs(2))
    path = folder / "predictions.parquet"
    pd.read_parquet(path).iloc[1:].to_parquet(path, index=False)
    with pytest.raises(ValueError, match="lacks images"):
        compare(load_study(folder))


def test_a_missing_metric_stays_missing_everywhere():
    runs = [dataclasses.replace(run, correct=None) for run in two_arm_runs(3)]
    comparison = compared(runs)
    assert comparison.confirmations["final_test"].isna().all()
    assert comparison.contrasts[0].finals.test is None
    assert comparison.arms["test_mean"].isna().all()
    row = summary_table(comparison).set_index("measure").loc["test"]
    assert math.isnan(row["mean"])
