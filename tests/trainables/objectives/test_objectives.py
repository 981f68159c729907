"""Measures against scikit-learn, and what every image adds to them against a derivative taken by differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, recall_score, roc_auc_score

from trainables.objectives import MEASURES, Scored, log_odds, log_odds_of_classes, objective_of
from trainables.objectives.images import OneClass

REFERENCES = {
    "auroc": lambda one, weights: roc_auc_score(one.truth, one.scores, sample_weight=weights),
    "mean_average_precision": lambda one, weights: average_precision_score(
        one.truth, one.scores, sample_weight=weights
    ),
    "macro_f1": lambda one, weights: f1_score(one.truth, one.chosen, sample_weight=weights),
}


@st.composite
def classes(draw):
    """Return a class of 4 to 30 images, some of equal scores, with a positive and a negative."""
    num = draw(st.integers(4, 30))
    scores = np.array(draw(st.lists(st.integers(-3, 3), min_size=num, max_size=num)), dtype=float)
    truth = np.array([True, False, *draw(st.lists(st.booleans(), min_size=num - 2, max_size=num - 2))])
    return OneClass(scores=scores, truth=truth, chosen=scores > 0)


@pytest.mark.parametrize("name", MEASURES)
@settings(max_examples=50)
@given(classes())
def test_a_measure_is_scikit_learns(name, one):
    assert MEASURES[name].value(one) == pytest.approx(REFERENCES[name](one, None), abs=1e-12)


@pytest.mark.parametrize("name", MEASURES)
@settings(max_examples=25)
@given(classes())
def test_what_an_image_adds_is_the_derivative_by_its_weight(name, one):
    """In two directions that no two images share: what holds for such holds for each image."""
    influence = MEASURES[name].influence(one)
    assert influence.sum() == pytest.approx(0, abs=1e-12)
    for seed in range(2):
        direction = np.random.default_rng(seed).normal(size=len(one.scores))
        below, above = (REFERENCES[name](one, 1 + step * direction) for step in (-1e-5, 1e-5))
        assert influence @ direction == pytest.approx((above - below) / 2e-5, abs=1e-6)


def test_every_measure_has_a_reference():
    assert REFERENCES.keys() == MEASURES.keys()


def _three_classes(num=40, seed=0):
    draws = np.random.default_rng(seed)
    labels = draws.integers(0, 3, num)
    logits = draws.normal(size=(num, 3)) + 1.5 * (labels[:, None] == np.arange(3))
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return labels, probabilities


def test_the_macro_mean_of_three_classes_is_one_versus_rest():
    labels, probabilities = _three_classes()
    predicted = probabilities.argmax(1)
    scored = Scored.of_classes(log_odds(probabilities), labels=labels, predicted=predicted)
    auroc = objective_of("auroc").value(scored)
    assert auroc == pytest.approx(roc_auc_score(labels, probabilities, multi_class="ovr", average="macro"))
    assert objective_of("macro_f1").value(scored) == pytest.approx(
        f1_score(labels, predicted, average="macro")
    )


def test_of_two_classes_the_macro_auroc_is_that_of_either():
    labels, probabilities = np.array([0, 0, 1, 1]), np.array([0.1, 0.6, 0.4, 0.9])
    both = np.stack([1 - probabilities, probabilities], axis=1)
    scored = Scored.of_classes(log_odds(both), labels=labels, predicted=both.argmax(1))
    assert objective_of("auroc").value(scored) == 0.75


def test_label_sets_are_scikit_learns_macro_means():
    draws = np.random.default_rng(1)
    sets = draws.integers(0, 2, (50, 4))
    scores = draws.normal(size=(50, 4)) + sets
    scored = Scored.of_label_sets(scores, label_sets=sets)
    assert objective_of("mean_average_precision").value(scored) == pytest.approx(
        average_precision_score(sets, scores, average="macro")
    )
    assert objective_of("auroc").value(scored) == pytest.approx(roc_auc_score(sets, scores, average="macro"))
    assert objective_of("macro_f1").value(scored) == pytest.approx(
        f1_score(sets, scores > 0, average="macro")
    )


def test_a_label_that_no_image_has_is_left_out_of_the_mean_and_never_nan():
    scored = Scored.of_label_sets(
        [[1.0, -1.0], [-1.0, -2.0], [2.0, -1.0]], label_sets=[[1, 0], [0, 0], [0, 0]]
    )
    for name, of_first in (("auroc", 0.5), ("mean_average_precision", 0.5), ("macro_f1", 2 / 3)):
        assert MEASURES[name].of_each(scored) == (pytest.approx(of_first), None)
        assert objective_of(name).value(scored) == pytest.approx(of_first)


def test_without_any_class_that_can_be_measured_there_is_no_value():
    scored = Scored.of_label_sets([[-1.0], [-2.0]], label_sets=[[0], [0]])
    assert [measure.mean(scored) for measure in MEASURES.values()] == [None, None, None]
    with pytest.raises(
        ValueError, match="macro AUROC of a split in which no class has images with it and images"
    ):
        objective_of("auroc").influence(scored)


def test_a_threshold_leaves_the_specificity_that_was_asked_for():
    """Of 20 negatives with scores 0 ... 19 19 lie at or below 18: of three positives two score higher."""
    scores = np.array([*range(20), 10.0, 18.5, 30.0])
    labels = np.array([0] * 20 + [1] * 3)
    scored = Scored.of_classes(np.stack([-scores, scores], 1), labels=labels, predicted=labels)
    objective = objective_of("sensitivity@0.95")
    threshold = objective.threshold(scored)
    assert threshold == 18.0
    assert objective.value(scored, threshold=threshold) == pytest.approx(2 / 3)
    assert objective.value(scored, threshold=threshold) == recall_score(labels, scores > threshold)
    influence = objective.influence(scored, threshold=threshold)
    assert influence.tolist() == pytest.approx([0.0] * 20 + [-2 / 9, 1 / 9, 1 / 9])


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30), st.floats(0.01, 0.99))
def test_no_lower_threshold_has_the_specificity(scores, level):
    values = np.array([*scores, 9.0])
    one = OneClass(scores=values, truth=np.arange(len(values)) == len(scores), chosen=values > 0)
    scored = Scored.of_label_sets(one.scores[:, None], label_sets=one.truth[:, None].astype(int))
    threshold = objective_of(f"sensitivity@{level}").threshold(scored)
    assert (np.array(scores) <= threshold).mean() >= level - 1e-9
    assert (np.array(scores) < threshold).mean() < level


def test_a_sensitivity_without_positives_or_negatives_has_no_value():
    objective = objective_of("sensitivity@0.9")
    only = Scored.of_classes([[0.0, 1.0]] * 2, labels=[0, 0], predicted=[0, 0])
    assert objective.value(only, threshold=objective.threshold(only)) is None
    assert objective.threshold(only, positive=0) is None


@pytest.mark.parametrize(
    "name", ["auc", "sensitivity", "sensitivity@", "sensitivity@1", "sensitivity@x", "a sensitivity@0.5"]
)
def test_what_is_no_objective_is_refused(name):
    with pytest.raises(ValueError, match="is not one of accuracy, balanced_accuracy, auroc,"):
        objective_of(name)


def test_guessing_scores_what_a_network_does_that_says_the_same_of_all_images():
    shares = np.array([0.75, 0.25])
    chances = {
        name: objective_of(name).chance(shares, one_class=True) for name in ("accuracy", "balanced_accuracy")
    }
    assert chances == {"accuracy": 0.75, "balanced_accuracy": 0.5}
    assert objective_of("auroc").chance(shares, one_class=True) == 0.5
    assert objective_of("macro_f1").chance(shares, one_class=True) == pytest.approx(
        f1_score([0, 0, 0, 1], [0] * 4, average="macro", zero_division=0)
    )
    assert objective_of("mean_average_precision").chance(shares, one_class=False) == 0.5
    assert objective_of("sensitivity@0.95").chance(shares, one_class=True) == pytest.approx(0.05)


def test_log_odds_stay_finite():
    assert log_odds([0.5]).tolist() == [0.0]
    assert np.isfinite(log_odds([0.0, 1.0])).all()


def test_two_classes_are_ranked_alike_where_single_precision_rounds_to_certainty():
    # By the first class these are three probabilities, by the second, all 1 in single precision, one.
    of_first = np.array([1e-9, 1e-12, 1e-20], dtype=np.float32)
    scores = log_odds_of_classes(np.stack([of_first, 1 - of_first], axis=1))
    assert scores[:, 0] == pytest.approx(-scores[:, 1], rel=1e-6)
    assert np.argsort(scores[:, 1]).tolist() == [0, 1, 2]


@given(st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_log_odds_of_classes_are_those_of_their_probabilities(num_classes, seed):
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(num_classes), size=5)
    assert log_odds_of_classes(probabilities) == pytest.approx(log_odds(probabilities), rel=1e-6, abs=1e-9)


def test_log_odds_of_classes_stay_finite():
    assert np.isfinite(log_odds_of_classes([[1.0, 0.0], [0.0, 1.0]])).all()
