"""The numbers that figures show, and where their labels stand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.figures import rates, speed_up
from analysis.figures.confusion import confusion_table, winning_arm
from analysis.figures.learning_curves import label_ends, mean_curve
from analysis.figures.learning_curves import table as curve_table
from analysis.figures.style import arm_colours, new_figure, spread_labels
from tests.support.loaded_studies import compared
from tests.support.synthetic_study import Run, default_metadata, two_arm_runs


def test_mean_curves_are_of_finished_runs_at_epochs_that_all_were_evaluated_at():
    ends = [False, True, False]
    runs = [
        Run(
            arm="fixed", stage="confirm", name="a", seed=0, values=[0.2, 0.4, 0.1], judged=[True, True, False]
        ),
        Run(arm="fixed", stage="confirm", name="b", seed=1, values=[0.4, 0.6, None], judged=ends),
        Run(arm="fixed", stage="confirm", name="c", seed=2, values=[0.9, 0.9, 0.9], status="diverged"),
    ]
    means = mean_curve(curve_table(compared(runs)))
    assert means["epoch"].tolist() == [1, 2]
    assert means["value"].tolist() == pytest.approx([0.3, 0.5])
    assert means["cycle_ended"].tolist() == [False, True]


def test_frozen_groups_have_no_rate_and_depth_runs_from_stem_to_head():
    frozen = {2: {"rates": {"stem": 0.0, "body": 0.01, "head": 0.02}}}
    run = Run(arm="fixed", stage="confirm", name="a", seed=0, values=[0.5, 0.6], lr=0.0, fields=frozen)
    table = rates.table(compared([run]))
    assert table["depth"].tolist() == [0.0, 0.5, 1.0] * 2
    assert table["rate"].isna().tolist() == [True, True, True, True, False, False]
    assert table["rate"].tolist()[4:] == [0.01, 0.02]


def test_rates_are_not_shown_where_no_group_has_one():
    run = Run(arm="fixed", stage="confirm", name="a", seed=0, values=[0.5], lr=0.0)
    assert rates.table(compared([run])).empty


def test_the_confusion_table_gives_shares_of_the_true_class():
    columns = ["arm", "overall", "label", "predicted"]
    rows = [("a", True, 0, 0), ("a", True, 0, 1), ("a", True, 1, 1), ("b", True, 1, 0), ("a", False, 1, 0)]
    table = confusion_table(pd.DataFrame(rows, columns=columns), arm="a", num_classes=3).to_numpy()
    assert table[:2].tolist() == [[0.5, 0.5, 0.0], [0.0, 1.0, 0.0]]
    assert np.isnan(table[2]).all()


def test_the_arm_whose_confusions_are_shown_is_chosen_on_validation():
    # adapted ends higher on validation and lower on test
    comparison = compared(two_arm_runs(3, test_gain=-20))
    assert winning_arm(comparison) == "adapted"


def test_the_speed_up_table_leaves_out_accuracies_without_a_ratio():
    metadata = replace(default_metadata(), target_grid=(0.6, 0.99))
    table = speed_up.table(compared(two_arm_runs(3), metadata=metadata))
    assert table["target"].tolist() == [0.6]


def test_labels_are_moved_apart_only_where_they_would_overlap():
    points = [(0.0, 0.5), (0.0, 0.5), (9.0, 0.5), (0.0, 0.9)]
    assert spread_labels(points, gap=(1.0, 0.1)) == pytest.approx([0.5, 0.6, 0.5, 0.9])


def test_the_reference_is_grey_and_the_others_differ():
    colours = arm_colours(["a", "fixed", "b"], reference="fixed")
    assert colours["fixed"] == "#4d4d4d"
    assert len(set(colours.values())) == 3


def test_the_labels_of_curves_that_end_close_to_the_top_are_inside_the_axes():
    """A label that stands above the axes is not drawn at all."""
    figure = new_figure()
    axes = figure.subplots()
    ends = {"adapted": 0.953, "fixed": 0.957, "cosine": 0.969}
    axes.plot([0, 10], [0.1, 1.0])
    means = pd.DataFrame({"arm": list(ends), "seconds": 10.0, "value": list(ends.values())})
    label_ends(axes, means, dict.fromkeys(ends, "black"))
    low, high = axes.get_ylim()
    heights = [text.xy[1] for text in axes.texts]
    assert len(heights) == 3
    assert all(low <= height <= high for height in heights)
