import math
import warnings

import numpy as np
import pytest
import sklearn.metrics
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from trainables.loop.metrics import (
    balanced_accuracy,
    calibration_error,
    confusion,
    macro_f1,
    measure,
    measure_probabilities,
)


def logits_and_labels(num: int, num_classes: int, seed: int) -> tuple[Tensor, Tensor]:
    draws = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, num_classes, (num,), generator=draws)
    return 2 * torch.randn(num, num_classes, generator=draws), labels


def test_metrics_of_a_hand_worked_case() -> None:
    logits = torch.tensor([[2.0, 0.0], [2.0, 0.0], [2.0, 0.0], [0.0, 2.0]])
    labels = torch.tensor([0, 0, 1, 1])
    metrics = measure(logits, labels)
    assert metrics.accuracy == 0.75
    assert metrics.balanced_accuracy == 0.75
    right, wrong = math.log(1 + math.exp(-2)), math.log(1 + math.exp(2))
    assert metrics.loss == pytest.approx((3 * right + wrong) / 4)
    assert metrics.recalls == (1.0, 0.5)
    assert metrics.confusion == ((2, 0), (1, 1))
    # F1: 2 * 2 / (2 + 3) and 2 * 1 / (2 + 1)
    assert metrics.macro_f1 == pytest.approx((4 / 5 + 2 / 3) / 2)
    # all four in one bin, sure by 1 / (1 + exp(-2)), right by 3/4
    assert metrics.calibration_error == pytest.approx(1 / (1 + math.exp(-2)) - 0.75)


def test_balanced_accuracy_is_the_mean_recall_of_the_classes_that_occur() -> None:
    # class 0: 3 of 3; class 2: 0 of 1; class 1 does not occur
    predicted, labels = torch.tensor([0, 0, 0, 1]), torch.tensor([0, 0, 0, 2])
    assert balanced_accuracy(predicted, labels) == 0.5


def test_the_objective_is_the_measurement_of_its_name() -> None:
    logits, labels = torch.eye(3)[[0, 0, 0, 0]], torch.tensor([0, 0, 0, 1])
    metrics = measure(logits, labels)
    assert metrics.objective("accuracy") == 0.75
    assert metrics.objective("balanced_accuracy") == 0.5


def test_a_class_without_images_has_no_recall() -> None:
    metrics = measure(torch.eye(4)[[0, 0, 3, 2]], torch.tensor([0, 2, 2, 2]))
    assert metrics.recalls == (1.0, None, pytest.approx(1 / 3), None)
    assert metrics.confusion == ((1, 0, 0, 0), (0, 0, 0, 0), (1, 0, 1, 1), (0, 0, 0, 0))
    # class 0: 2 / (1 + 2), class 2: 2 / (3 + 1), class 3 was predicted: 0; class 1 is nowhere
    assert metrics.macro_f1 == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)


@settings(max_examples=30)
@given(st.integers(2, 60), st.integers(2, 8), st.integers(0, 1000))
def test_metrics_are_those_of_scikit_learn(num: int, num_classes: int, seed: int) -> None:
    logits, labels = logits_and_labels(num, num_classes, seed)
    ours, probabilities = measure(logits, labels), logits.double().softmax(1).numpy()
    truth, predicted, classes = labels.numpy(), logits.argmax(1).numpy(), np.arange(num_classes)
    with warnings.catch_warnings():  # it warns of classes that are predicted but do not occur
        warnings.simplefilter("ignore")
        assert ours.balanced_accuracy == pytest.approx(
            sklearn.metrics.balanced_accuracy_score(truth, predicted)
        )
    assert ours.accuracy == pytest.approx(sklearn.metrics.accuracy_score(truth, predicted))
    f1 = sklearn.metrics.f1_score(truth, predicted, average="macro", zero_division=0)
    assert ours.macro_f1 == pytest.approx(f1)
    log_loss = sklearn.metrics.log_loss(truth, probabilities, labels=classes)
    assert ours.loss == pytest.approx(log_loss, rel=1e-5)
    table = sklearn.metrics.confusion_matrix(truth, predicted, labels=classes)
    assert ours.confusion == tuple(tuple(row) for row in table.tolist())


@settings(max_examples=30)
@given(st.integers(1, 60), st.integers(2, 8), st.integers(0, 1000))
def test_probabilities_give_what_their_logits_give(num: int, num_classes: int, seed: int) -> None:
    logits, labels = logits_and_labels(num, num_classes, seed)
    first, second = measure(logits, labels), measure_probabilities(logits.softmax(1), labels)
    assert second.loss == pytest.approx(first.loss, rel=1e-5)
    assert second.confusion == first.confusion
    assert second.calibration_error == pytest.approx(first.calibration_error, abs=1e-6)


def test_a_probability_of_0_costs_much_but_not_everything() -> None:
    metrics = measure_probabilities(torch.tensor([[1.0, 0.0], [1.0, 0.0]]), torch.tensor([0, 1]))
    assert metrics.loss == pytest.approx(126 * math.log(2) / 2)  # float32's smallest normal number is 2^-126
    assert metrics.calibration_error == 0.5


def test_calibration_error_worked_by_hand() -> None:
    # bins of 1/15: 0.95 and 0.97 lie in the last, right by half: 2/4 * |0.96 - 0.5|;
    # 0.51 in bin (7/15, 8/15]: 1/4 * |0.51 - 1|; 0.62 in (9/15, 10/15]: 1/4 * |0.62 - 0|
    confidence = torch.tensor([0.95, 0.97, 0.51, 0.62])
    right = torch.tensor([True, False, True, False])
    assert calibration_error(confidence, right) == pytest.approx(0.23 + 0.1225 + 0.155)


def test_a_bin_holds_its_upper_edge_and_not_its_lower() -> None:
    # 0.6 is the edge of bins 9 and 10 of 15: it belongs with 0.59, so that their gaps make up for one another
    confidence = torch.tensor([0.6, 0.59], dtype=torch.float64)
    right = torch.tensor([False, True])
    assert calibration_error(confidence, right) == pytest.approx(abs(1 - 1.19) / 2)
    confidence = torch.tensor([0.6, 0.61], dtype=torch.float64)
    assert calibration_error(confidence, right) == pytest.approx((0.6 + 0.39) / 2)


def test_logits_that_are_not_finite_have_no_finite_loss_or_calibration() -> None:
    metrics = measure(torch.full((3, 2), math.nan), torch.tensor([0, 1, 1]))
    assert math.isnan(metrics.loss)
    assert math.isnan(metrics.calibration_error)
    assert sum(map(sum, metrics.confusion)) == 3


def test_rows_of_the_confusion_are_the_true_classes() -> None:
    counts = confusion(torch.tensor([1, 1, 2]), torch.tensor([0, 0, 2]), num_classes=3)
    assert counts.tolist() == [[0, 2, 0], [0, 0, 0], [0, 0, 1]]
    # class 0: 0 / 2, class 1: 0 / 2, class 2: 2 / 2
    assert macro_f1(counts) == pytest.approx(1 / 3)
