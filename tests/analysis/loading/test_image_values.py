"""What an image adds to an objective: its mean is the objective, and its spread the known variance."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from analysis import compare
from analysis.findings.contrasts.final_differences import sample_of
from analysis.loading.image_values import is_label_set, values_of_scores
from analysis.statistics.image_sample import ImageSample
from tests.support.label_sets.scored_study import study_of_label_sets, study_of_two_classes
from tests.support.loaded_studies import loaded
from tests.support.synthetic_study import two_arm_runs
from trainables.objectives import Scored, objective_of

REFERENCES = {
    "mean_average_precision": lambda truth, scores: average_precision_score(truth, scores, average="macro"),
    "auroc": lambda truth, scores: roc_auc_score(truth, scores, average="macro"),
    "macro_f1": lambda truth, scores: f1_score(truth, scores > 0, average="macro"),
}


def _objectives(data):
    images = sample_of(data, images=data.image_values.index)
    return dict(zip(data.image_values.columns, images.means(data.image_values.to_numpy().T), strict=True))


@pytest.mark.parametrize("objective", REFERENCES)
def test_their_mean_is_the_objective_of_label_sets(objective):
    data = study_of_label_sets(objective, REFERENCES[objective])
    assert is_label_set(data.predictions["label"])
    assert _objectives(data) == pytest.approx(data.runs["final_test"].to_dict(), abs=1e-9)


@pytest.mark.parametrize("objective", ["auroc", "macro_f1"])
def test_their_mean_over_classes_is_the_objective_of_two_classes(objective):
    data = study_of_two_classes(objective, REFERENCES[objective])
    assert not is_label_set(data.predictions["label"])
    assert _objectives(data) == pytest.approx(data.runs["final_test"].to_dict(), abs=1e-9)


def test_of_a_sensitivity_it_is_a_hit_or_none_above_the_threshold_of_the_run():
    data = study_of_two_classes(
        "sensitivity@0.9", lambda truth, scores: (scores[truth == 1] > 0.25).mean(), threshold=0.25
    )
    assert _objectives(data) == pytest.approx(data.runs["final_test"].to_dict(), abs=1e-9)


def test_of_accuracies_it_is_one_or_zero():
    data = loaded(two_arm_runs())
    assert set(np.unique(data.image_values)) == {0.0, 1.0}


def test_the_spread_of_an_aurocs_values_is_delongs_variance():
    draws = np.random.default_rng(0)
    labels = np.array([1] * 12 + [0] * 30)
    scores = draws.normal(size=42) + labels
    scored = Scored.of_classes(np.stack([-scores, scores], 1), labels=labels, predicted=labels)
    values = values_of_scores(scored, objective_of("auroc"))
    above = scores[:12, None] > scores[None, 12:]
    delong = above.mean(1).var(ddof=1) / 12 + above.mean(0).var(ddof=1) / 30
    sample = ImageSample.of(groups=[None] * 42, labels=labels, balanced=True)
    assert (sample.residual_totals(values[None]) ** 2).sum() == pytest.approx(delong)


def test_without_scores_there_are_no_values_and_the_interval_is_over_seeds_alone():
    data = study_of_two_classes("auroc", REFERENCES["auroc"])
    assert compare(data).contrasts[0].finals.test_combined is not None
    without = replace(data, predictions=data.predictions.drop(columns="scores"))
    finals = compare(without).contrasts[0].finals
    assert finals.test_combined is None
    assert finals.headline is not None
