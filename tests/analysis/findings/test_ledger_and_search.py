import dataclasses
from dataclasses import replace

import pandas as pd
import pytest

from analysis import compare, load_study
from analysis.findings.search_results import describe_config
from analysis.wording.conditions import differing
from tests.support.loaded_studies import compared
from tests.support.synthetic_study import Run, default_metadata, default_spec, two_arm_runs


def search(arm, number, value, **more):
    return Run(arm=arm, stage="search", name=f"{arm}-{number:04d}", seed=0, values=[value], **more)


def test_the_ledger_sums_by_arm_and_stage_and_prices_a_trials_second():
    runs = [
        search("adapted", 0, 0.5, seconds_per_epoch=3.0),
        search("adapted", 1, 0.6, seconds_per_epoch=5.0),
    ]
    row = compared(runs).ledger.iloc[0]
    assert (row["arm"], row["stage"], row["num_runs"], row["num_epochs"]) == ("adapted", "search", 2, 2)
    assert (row["training_seconds"], row["validation_seconds"], row["waiting_seconds"]) == (8.0, 1.0, 0.5)
    # 3.60 an hour for the machine, two trials at once: 0.0005 a second of one trial
    assert row["cost_money"] == pytest.approx(8 * 0.0005)


def test_overhead_is_the_share_of_concurrent_trials_and_wall_in_which_no_trial_worked():
    metadata = replace(default_metadata(), stage_seconds={"search": 10.0}, wall_seconds=20.0)
    table = compared([search("fixed", 0, 0.5, seconds_per_epoch=7.5)], metadata=metadata).overhead
    assert table["stage"].tolist() == ["search", "all"]
    # 7.5 s of training and 0.5 s of validation; waiting is no work
    assert table["busy_seconds"].tolist() == [8.0, 8.0]
    assert table["overhead_fraction"].tolist() == pytest.approx([1 - 8 / 20, 1 - 8 / 40])
    assert table["wall_money"].tolist() == pytest.approx([0.01, 0.02])


def test_more_work_than_wall_time_is_pointed_out():
    metadata = replace(default_metadata(), stage_seconds={"search": 1.0})
    comparison = compared([search("fixed", 0, 0.5, seconds_per_epoch=50.0)], metadata=metadata)
    assert any("cannot be right" in note for note in comparison.notes)


def test_without_price_or_concurrent_trials_costs_are_missing():
    metadata = replace(default_metadata(), num_concurrent_trials=None)
    comparison = compared(two_arm_runs(2), metadata=metadata)
    assert comparison.overhead.empty
    assert comparison.ledger["cost_money"].isna().all()


def test_the_search_counts_what_became_of_every_trial():
    runs = [
        search("adapted", 0, 0.7),
        search("adapted", 1, 0.9, status="diverged"),
        search("adapted", 2, None, status="out_of_memory"),
        search("adapted", 3, None, status="failed"),
        search("adapted", 4, 0.8, status="running"),
        search("adapted", 5, 0.6),
        search("adapted", 6, 0.85, status="stopped"),
    ]
    row = compared(runs).search.iloc[0]
    names = ["trials", "finished", "stopped", "diverged", "out_of_memory", "failed", "unended", "duplicates"]
    assert [row[f"num_{name}"] for name in names] == [7, 2, 1, 1, 1, 1, 1, 1]
    # the 0.9 diverged, the 0.85 was stopped and the 0.8 did not end: none is a result
    assert (row["best_run"], row["best_objective"]) == ("adapted-0000", 0.7)
    assert row["median_objective"] == pytest.approx(0.65)


def test_the_reader_is_told_how_many_trials_were_stopped_in_each_arm():
    runs = [search("adapted", 0, 0.7), search("fixed", 0, 0.6), search("fixed", 1, 0.1, status="stopped")]
    (note,) = (n for n in compared(runs).notes if "trial scheduler" in n)
    assert "(0 of 1 of adapted, 1 of 2 of fixed)" in note
    assert not any("trial scheduler" in n for n in compared(runs[:2]).notes)


def test_a_search_without_a_finished_trial_has_no_best():
    table = compared([search("fixed", 0, None, status="failed")]).search
    assert table["best_objective"].isna().all()
    assert table["best_run"].isna().all()


def test_the_rate_comes_from_the_configuration_or_from_what_was_trained_with():
    runs = [search("fixed", 0, 0.5, lr=0.03), search("fixed", 1, 0.5, lr=0.02, config={"lr": "auto"})]
    assert compared(runs).trials["lr"].tolist() == [0.03, 0.02]


def test_a_configuration_is_described_by_what_varies():
    configs = [{"lr": 0.031234, "epochs": 5, "seed": 1}, {"lr": 0.1, "epochs": 5}]
    assert describe_config(configs[0], among=configs) == "lr=0.0312"


def test_arms_that_differ_in_one_searched_field_are_neighbours():
    spec = default_spec(["adapted", "fixed"])
    spec["arms"]["adapted"] = {
        "recipe": "fixed",
        "search": {**spec["arms"]["fixed"]["search"], "momentum": 0.9},
    }
    caveats = compared(two_arm_runs(2), spec=spec).caveats
    assert caveats == (
        "adapted and fixed differ in momentum alone, so a difference between them is due to it.",
    )


def test_arms_with_other_recipes_support_no_sentence_on_an_ingredient():
    caveat = compared(two_arm_runs(2)).caveats[0]
    assert "does not say which ingredient made it" in caveat


def test_differing_sees_fields_within_the_search_and_outside():
    one = {"recipe": "a", "search": {"lr": 1, "decay": 2}}
    assert differing(one, {"recipe": "b", "search": {"lr": 1, "cycle": 3}}) == ("recipe", "decay", "cycle")
    assert differing({"recipe": "a"}, {"recipe": "a", "search": None}) == ()


def test_the_conditions_name_the_split_the_source_network_and_the_search():
    text = " ".join(compared(two_arm_runs(2)).conditions)
    assert "test split (abc123) of 100 images" in text
    assert "source network (IMAGENET1K_V1)" in text
    assert "search of 3 trials an arm, seed 0" in text


def test_the_conditions_say_what_images_were_normalised_by_where_that_is_on_record():
    sentence = (
        "Images are normalised by the training images' own: mean 0.3, deviation 0.2 (pixels from 0 to 1)"
    )
    metadata = replace(default_metadata(), normalisation=(sentence,))
    assert f"{sentence}." in compared(two_arm_runs(2), metadata=metadata).conditions
    assert "normalised" not in " ".join(compared(two_arm_runs(2)).conditions)


def test_a_source_network_of_the_studys_own_is_named_as_one_of_many():
    pretrain = Run(arm="source", stage="pretrain", name="source-0", seed=0, values=[0.5])
    text = " ".join(compared([pretrain, *two_arm_runs(2)]).conditions)
    assert "trained once in this study" in text


def test_notes_point_at_what_makes_an_answer_weaker():
    metadata = replace(
        default_metadata(),
        test_hash="abc",
        test_split_uses_before=2,
        counts={"val": (50, 8)},
        stopped_early="240 minutes were over",
    )
    notes = " ".join(compared(two_arm_runs(2), metadata=metadata).notes)
    assert "measured 2 times before" in notes
    assert "58 images, 8 in the smallest class" in notes
    assert "stopped early: 240 minutes were over" in notes


def test_a_study_without_flaws_has_no_notes():
    assert compared(two_arm_runs(3)).notes == ()


def test_recorded_objectives_that_their_predictions_contradict_are_pointed_out(study_folder):
    folder = study_folder(two_arm_runs(3))
    path = folder / "predictions.parquet"
    table = pd.read_parquet(path)
    table.loc[table["run"] == "fixed-confirm-1", "predicted"] = 0
    table.to_parquet(path, index=False)
    assert any("disagree for fixed-confirm-1." in note for note in compare(load_study(folder)).notes)


def test_within_an_architecture_only_its_own_search_is_charged():
    other = [
        dataclasses.replace(
            run, name=f"{run.name}-d", architecture="densenet", overall=False, seconds_per_epoch=7.0
        )
        for run in two_arm_runs()
    ]
    overall, within = compared(two_arm_runs() + other).contrasts
    assert overall.level.arm_search_seconds == pytest.approx(3 * 4 * 0.5 + 3 * 4 * 7.0)
    assert within.level.arm_search_seconds == pytest.approx(3 * 4 * 7.0)
