from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from analysis import compare
from analysis.tables.detail_tables import by_class_cells, details_table
from analysis.tables.statistics_table import statistics_table
from analysis.wording.notes import notes
from tests.support.label_sets.scored_study import (
    NUM_SEEDS,
    label_sets,
    scores_of,
    study_of_label_sets,
    study_of_two_classes,
)
from tests.support.loaded_studies import compared
from tests.support.synthetic_study import two_arm_runs


def _mean_auroc(truth, scores):
    return roc_auc_score(truth, scores, average="macro")


def test_each_label_has_its_measures_over_seeds_with_intervals_over_seeds_and_images():
    table = compare(study_of_label_sets("auroc", _mean_auroc)).by_class
    truth = label_sets()
    of_arm = [scores_of("adapted", seed, truth) for seed in range(NUM_SEEDS)]
    expected = {
        "auroc": [roc_auc_score(truth[:, 1], scores[:, 1]) for scores in of_arm],
        "mean_average_precision": [average_precision_score(truth[:, 1], scores[:, 1]) for scores in of_arm],
        "macro_f1": [f1_score(truth[:, 1], scores[:, 1] > 0) for scores in of_arm],
    }
    rows = table[(table["arm"] == "adapted") & (table["class_name"] == "second")].set_index("measure")
    assert rows["images"].tolist() == [30, 30, 30]
    for name, values in expected.items():
        assert rows.loc[name, "mean"] == pytest.approx(np.mean(values))
        assert rows.loc[name, "low"] < rows.loc[name, "mean"] < rows.loc[name, "high"]


def test_the_report_says_auroc_and_average_precision_and_no_accuracies_of_label_sets():
    comparison = compare(study_of_label_sets("auroc", _mean_auroc))
    assert details_table(comparison).header == ("arm", "seeds", "macro AUROC")
    cells = by_class_cells(comparison)
    assert cells.header == ("arm", "class", "images", "AUROC", "average precision", "F1")
    assert len(cells.rows) == 4
    assert not [note for note in notes(comparison.data) if "disagree" in note.full]
    assert "test macro AUROC" in comparison.answer[0]


def test_few_images_with_a_label_are_told():
    data = study_of_label_sets("auroc", _mean_auroc)
    few = [note.full for note in notes(data) if "too few" in note.full or "From 10" in note.full]
    assert not few  # 30 have each label
    of_second = (data.predictions["image"] < 3).astype(int).astype(str)
    rare = data.predictions["label"].str[0] + of_second
    told = notes(replace(data, predictions=data.predictions.assign(label=rare)))
    assert "The test split has 3 images with the label that has fewest." in " ".join(
        note.full for note in told
    )


def test_recorded_objectives_that_the_scores_do_not_give_are_told():
    data = study_of_two_classes("auroc", lambda truth, scores: roc_auc_score(truth, scores) - 0.01)
    assert [note for note in notes(data) if "disagree" in note.full]


def test_a_study_of_accuracies_has_no_table_of_classes_and_lists_the_auroc_where_it_is_recorded():
    comparison = compared(two_arm_runs())
    assert comparison.by_class.empty
    assert not statistics_table(comparison, "differences").rows
    data = study_of_two_classes(
        "macro_f1", lambda truth, scores: f1_score(truth, scores > 0, average="macro")
    )
    header, rows = (lambda t: (t.header, t.rows))(statistics_table(compare(data), "differences"))
    assert header[1] == "test macro AUROC"
    assert rows[0][0] == "adapted \N{MINUS SIGN} fixed"
