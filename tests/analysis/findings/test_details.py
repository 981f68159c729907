import dataclasses
import math
from dataclasses import replace

import pytest

from analysis import write_report
from analysis.figures import recalls as recalls_figure
from analysis.figures.recalls import MAX_CLASSES
from analysis.findings.recalls import mean_recalls
from analysis.loading.run_metadata import RunMetadata
from analysis.report.in_full import full_text
from analysis.tables.csv_tables import csv_tables
from analysis.tables.detail_tables import (
    brief_ways_table,
    classes_table,
    details_table,
    unfreezing_cells,
    ways_table,
)
from tests.support.loaded_studies import compared
from tests.support.many_arms import many_arm_metadata, many_arm_runs, many_arm_spec
from tests.support.synthetic_study import Run, default_metadata, two_arm_runs


def confirm(arm, seed, **last):
    """Return a run of two epochs that is right on half of the test images, and what its last record holds."""
    right = [1, 0] * 50
    name = f"{arm}-confirm-{seed}"
    return Run(
        arm=arm, stage="confirm", name=name, seed=seed, values=[0.5, 0.6], correct=right, fields={2: last}
    )


def test_a_measure_is_the_mean_over_seeds_with_a_t_interval_from_three_on():
    runs = [confirm("fixed", s, test_macro_f1=f1) for s, f1 in enumerate([0.5, 0.6, 0.7])]
    runs += [confirm("adapted", s, test_macro_f1=0.8 + s / 10) for s in range(2)]
    table = compared(runs).details.set_index(["arm", "measure"])
    assert table.index.tolist() == [("adapted", "test_macro_f1"), ("fixed", "test_macro_f1")]
    fixed, adapted = table.loc[("fixed", "test_macro_f1")], table.loc[("adapted", "test_macro_f1")]
    # the t quantile at 2 degrees of freedom is 4.303; the standard error 0.1 / root 3
    half = 4.302653 * 0.1 / math.sqrt(3)
    assert [fixed["num_runs"], fixed["mean"]] == pytest.approx([3, 0.6])
    assert [fixed["low"], fixed["high"]] == pytest.approx([0.6 - half, 0.6 + half], abs=1e-6)
    assert [adapted["num_runs"], adapted["mean"]] == pytest.approx([2, 0.85])
    assert math.isnan(adapted["low"])


def test_cells_have_half_of_the_interval_behind_the_mean_and_a_dash_for_what_was_not_measured():
    runs = [confirm("fixed", s, test_loss=loss) for s, loss in enumerate([1.0, 1.1, 1.2])]
    runs.append(confirm("adapted", 0, test_macro_f1=0.5))
    table = details_table(compared(runs))
    assert table.header == ("arm", "seeds", "macro F1", "log loss"), "a measure of no arm has no column"
    dash = "\N{EN DASH}"
    assert set(table.rows) == {
        ("fixed", "3", dash, "1.10 \N{PLUS-MINUS SIGN} 0.25"),
        ("adapted", "1", "0.500", dash),
    }


def test_runs_that_did_not_finish_are_in_no_measure():
    runs = [confirm("fixed", s, test_accuracy=0.5, test_recalls=(0.5, 0.5)) for s in range(2)]
    runs[1] = dataclasses.replace(runs[1], status="diverged")
    comparison = compared(runs)
    assert comparison.details["num_runs"].tolist() == [1]
    assert comparison.recalls["run"].unique().tolist() == ["fixed-confirm-0"]


def test_results_within_an_architecture_have_rows_of_their_own():
    other = dataclasses.replace(
        confirm("fixed", 0, test_accuracy=0.4), name="other", architecture="densenet", overall=False
    )
    table = details_table(compared([confirm("fixed", 0, test_accuracy=0.5), other]))
    assert [row[:3] for row in table.rows] == [
        ("fixed", "1", "0.500"),
        ("fixed within densenet", "1", "0.400"),
    ]


def test_the_worst_and_the_best_class_are_chosen_by_the_mean_over_seeds():
    metadata = replace(default_metadata(), classes=("cat", "dog", "owl", "yak"))
    runs = [
        confirm("fixed", 0, test_recalls=(0.1, 0.5, 0.9, None)),
        confirm("fixed", 1, test_recalls=(0.7, 0.1, 0.3, None)),
    ]
    comparison = compared(runs, metadata=metadata)
    # cat 0.4, dog 0.3, owl 0.6; there are no test images of yaks
    assert classes_table(comparison).rows == (("fixed", "dog", "0.300", "owl", "0.600"),)
    means = mean_recalls(comparison.recalls)
    assert means["class_name"].tolist() == ["cat", "dog", "owl"]
    assert means[["mean", "lowest", "highest"]].iloc[0].tolist() == pytest.approx([0.4, 0.1, 0.7])


def test_classes_without_names_go_by_their_index():
    comparison = compared([confirm("fixed", 0, test_recalls=(0.1, 0.5))], metadata=RunMetadata())
    assert comparison.recalls["class_name"].tolist() == ["0", "1"]


def test_of_many_classes_the_figure_shows_those_that_are_found_worst():
    recalls = tuple(1 - index / 100 for index in range(MAX_CLASSES + 2))
    metadata = replace(default_metadata(), classes=tuple(f"class {index}" for index in range(len(recalls))))
    shown = recalls_figure.table(compared([confirm("fixed", 0, test_recalls=recalls)], metadata=metadata))
    assert shown["class_index"].tolist() == list(range(2, MAX_CLASSES + 2))


def test_another_way_is_compared_with_the_last_model_of_the_same_runs():
    runs = [
        confirm("fixed", 0, test_loss=1.0, further={"val/tta/objective": 0.9, "test/tta/objective": 0.53}),
        confirm("fixed", 1, test_loss=1.0, further={"test/tta/objective": 0.55, "test/tta/loss": 0.8}),
        confirm("fixed", 2, test_loss=9.0, further={"val/tta/objective": 0.9}),
    ]
    table = compared(runs).inference_variants.set_index(["way", "measure"])
    assert table.index.tolist() == [
        ("last", "objective"),
        ("last", "loss"),
        ("tta", "objective"),
        ("tta", "loss"),
    ]
    # every last model is right on half of the images; the third run tested no other way, and is left out
    assert table.loc[("last", "objective"), ["num_runs", "mean"]].tolist() == pytest.approx([2, 0.5])
    assert table.loc[("last", "loss"), ["num_runs", "mean"]].tolist() == pytest.approx([2, 1.0])
    objective, loss = table.loc[("tta", "objective")], table.loc[("tta", "loss")]
    # differences 0.03 and 0.05: 0.04 with 12.706 x 0.01 on either side
    assert [objective["mean"], objective["difference"]] == pytest.approx([0.54, 0.04])
    assert [objective["low"], objective["high"]] == pytest.approx([0.04 - 0.12706, 0.04 + 0.12706], abs=1e-5)
    assert [loss["num_runs"], loss["mean"], loss["difference"]] == pytest.approx([1, 0.8, -0.2])
    assert table.loc[("tta", "loss"), ["low", "high"]].isna().all()
    assert table.loc[("last", "objective"), ["difference", "low", "high"]].isna().all()


def test_the_ways_stand_below_their_arm_and_the_terminal_has_one_row_an_arm():
    further = {"test/tta/objective": 0.6, "test/tta/loss": 0.9, "test/average/objective": 0.4}
    comparison = compared([confirm("fixed", 0, test_loss=1.0, further=further)])
    dash, minus = "\N{EN DASH}", "\N{MINUS SIGN}"
    assert ways_table(comparison).rows == (
        ("fixed", "last model", "1", "0.500", dash, "1.000", dash),
        ("", "views", "1", "0.600", "+0.100", "0.900", f"{minus}0.100"),
        ("", "average", "1", "0.400", f"{minus}0.100", dash, dash),
    )
    assert brief_ways_table(comparison).header == ("arm", "last model", "views", "average")
    assert brief_ways_table(comparison).rows == (("fixed", "0.500", "+0.100", f"{minus}0.100"),)
    assert "Other ways of predicting" in full_text(comparison)


def unfrozen(arm, stage, number, before, after):
    fields = {2: {"phase": "whole", "val_accuracy_before_unfreezing": before, "val_accuracy": after}}
    return Run(
        arm=arm, stage=stage, name=f"{arm}-{stage}-{number}", seed=number, values=[0.5, 0.6], fields=fields
    )


def test_unfreezing_is_a_mean_over_confirmation_runs_and_over_the_search_where_there_are_none():
    runs = [
        unfrozen("fixed", "search", 0, 0.1, 0.9),
        unfrozen("fixed", "confirm", 0, 0.6, 0.4),
        unfrozen("fixed", "confirm", 1, 0.7, 0.6),
        unfrozen("fixed", "confirm", 2, 0.9, None),
        unfrozen("adapted", "search", 0, 0.2, 0.3),
    ]
    runs.append(dataclasses.replace(unfrozen("fixed", "confirm", 3, 0.0, 0.0), overall=False))
    assert unfreezing_cells(compared(runs)).rows == (
        ("adapted", "whole", "1 (search)", "0.200", "0.300", "+0.100"),
        ("fixed", "whole", "2 (confirmation)", "0.650", "0.500", "\N{MINUS SIGN}0.150"),
    )


def test_phases_that_unfreeze_come_in_the_order_of_their_epochs():
    events = {
        epoch: {"phase": phase, "val_accuracy_before_unfreezing": 0.5, "val_accuracy": 0.6}
        for epoch, phase in ((2, "z"), (3, "a"))
    }
    run = Run(arm="fixed", stage="confirm", name="r", seed=0, values=[0.5, 0.6, 0.7], fields=events)
    assert compared([run]).unfreezing["phase"].tolist() == ["z", "a"]


def test_before_a_confirmation_nothing_is_shown_of_it(tmp_path, figures):
    figures()
    searched = [run for run in two_arm_runs(1) if run.stage == "search"]
    further = {"val/tta/objective": 0.7, "val/tta/loss": 0.7}
    searched[0] = dataclasses.replace(searched[0], fields={4: {"further": further}})
    comparison = compared(searched)
    assert all(
        table.empty for table in (comparison.details, comparison.recalls, comparison.inference_variants)
    )
    assert all(csv_tables(comparison)[name].empty for name in ("details", "recalls", "further", "unfreezing"))
    page = write_report(comparison, tmp_path).html.read_text(encoding="utf-8")
    for title in ("The confirmed models in detail", "Other ways of predicting", "Unfreezing"):
        assert f"<h2>{title}</h2>" not in page
    assert "Other ways of predicting" not in full_text(comparison)


def test_the_report_shows_all_that_was_measured(tmp_path, figures):
    figures("recalls")
    arms = ("adaptation", "fixed")
    comparison = compared(many_arm_runs(arms=arms), spec=many_arm_spec(arms), metadata=many_arm_metadata())
    files = write_report(comparison, tmp_path)
    page = files.html.read_text(encoding="utf-8")
    for title in ("The confirmed models in detail", "Other ways of predicting", "Unfreezing"):
        assert page.count(f"<h2>{title}</h2>") == 1
    assert "recalls" in {path.stem for path in files.figures}
    assert {"details", "recalls", "further", "unfreezing"} <= {path.stem for path in files.tables}
