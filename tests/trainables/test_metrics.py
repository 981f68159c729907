import math

import pytest
import torch

from trainables.metrics import balanced_accuracy, measure


def test_metrics_of_a_hand_worked_case() -> None:
    logits = torch.tensor([[2.0, 0.0], [2.0, 0.0], [2.0, 0.0], [0.0, 2.0]])
    labels = torch.tensor([0, 0, 1, 1])
    metrics = measure(logits, labels)
    assert metrics.accuracy == 0.75
    assert metrics.balanced_accuracy == 0.75
    right, wrong = math.log(1 + math.exp(-2)), math.log(1 + math.exp(2))
    assert metrics.loss == pytest.approx((3 * right + wrong) / 4)


def test_balanced_accuracy_is_the_mean_recall_of_the_classes_that_occur() -> None:
    # class 0: 3 of 3; class 2: 0 of 1; class 1 does not occur
    predicted, labels = torch.tensor([0, 0, 0, 1]), torch.tensor([0, 0, 0, 2])
    assert balanced_accuracy(predicted, labels) == 0.5


def test_the_objective_is_the_measurement_of_its_name() -> None:
    logits, labels = torch.eye(3)[[0, 0, 0, 0]], torch.tensor([0, 0, 0, 1])
    metrics = measure(logits, labels)
    assert metrics.objective("accuracy") == 0.75
    assert metrics.objective("balanced_accuracy") == 0.5
