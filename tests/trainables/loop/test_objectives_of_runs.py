"""Runs by each objective, and runs on images with several labels each."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import average_precision_score, f1_score, recall_score, roc_auc_score

from tests.support.label_sets.quadrants import QUADRANTS
from trainables import EpochRecord, train
from trainables.data import DataSource, PreparedData, prepare
from trainables.data.sources.registry import READERS
from trainables.errors import SettingError
from trainables.loop.scoring import scores_of, scores_of_probabilities
from trainables.run import start


@pytest.fixture(scope="module")
def quadrants(tmp_path_factory: pytest.TempPathFactory) -> PreparedData:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(READERS, "quadrants", QUADRANTS)
        cache = tmp_path_factory.mktemp("quadrants")
        return prepare(DataSource(registered=("quadrants", 300)), cache=cache)


@pytest.fixture(scope="module")
def two_digits(tmp_path_factory: pytest.TempPathFactory) -> PreparedData:
    cache = tmp_path_factory.mktemp("two_digits")
    return prepare(DataSource(digits=True, classes=(3, 8), train_per_class=60), cache=cache)


def of_sets(data: PreparedData, **more: Any) -> dict[str, Any]:
    common = {
        "data": data.key,
        "cache": str(data.path.parent.parent),
        "epochs": 3,
        "width": 4,
        "num_threads": 1,
    }
    own = {"recipe": "cosine", "lr": 0.1, "augment": "none", "loss": "bce", "device": "cpu", "batch_size": 16}
    return {**common, **own, "objective": "mean_average_precision", "measure_test": True, **more}


def of_classes(data: PreparedData, **more: Any) -> dict[str, Any]:
    return of_sets(data, **{"loss": "cross_entropy", **more})


def last(config: dict[str, Any]) -> EpochRecord:
    *_, record = train(config)
    return record


def test_a_network_learns_label_sets_and_records_what_scikit_learn_says(quadrants: PreparedData) -> None:
    record = last(of_sets(quadrants, epochs=8))
    truth, scores = quadrants.split("test").labels, np.array(record.test_scores)
    expected = {
        "mean_average_precision": average_precision_score(truth, scores, average="macro"),
        "auroc": roc_auc_score(truth, scores, average="macro"),
        "macro_f1": f1_score(truth, scores > 0, average="macro"),
    }
    assert record.test_measures == pytest.approx(expected)
    assert record.test_objective == pytest.approx(expected["mean_average_precision"])
    assert record.test_objective > 0.9 > np.mean(quadrants.counts["test"]) / len(truth)
    by_label = average_precision_score(truth, scores, average=None)
    assert record.test_by_class["mean_average_precision"] == pytest.approx(tuple(by_label))
    assert record.test_recalls == pytest.approx(tuple(recall_score(truth, scores > 0, average=None)))
    assert record.test_predictions[0] == "".join(str(int(score > 0)) for score in scores[0])
    assert (record.test_accuracy, record.val_confusion, record.test_true_probabilities) == (None, None, None)
    losses = np.logaddexp(0, np.where(truth == 1, -scores, scores)).sum(1)
    assert record.test_loss == pytest.approx(losses.mean(), rel=1e-5)


@pytest.mark.parametrize(
    "more",
    [
        {"class_weights": "balanced", "label_smoothing": 0.1},
        {"mixup": 0.4, "objective": "auroc"},
        {"recipe": "adaptation", "head_lr": "auto", "lr": 0.05, "head_epochs": 1, "objective": "macro_f1"},
        {"recipe": "head_restarts", "head_lr": 0.1, "tta_views": 1, "snapshots": 2, "head_epochs": 1},
        {"recipe": "feature_extraction"},
    ],
)
def test_what_a_run_may_have_works_with_label_sets(quadrants: PreparedData, more: dict[str, Any]) -> None:
    first, again = (asdict(last(of_sets(quadrants, **more))) for _ in range(2))
    assert first["status"] == "finished"
    assert 0 <= first["test_objective"] <= 1
    assert (first["train_objective"] is None) == bool(more.get("mixup"))
    assert first["test_scores"] == again["test_scores"]
    assert not [value for value in json.loads(json.dumps(first["further"])).values() if value != value]
    if "tta_views" in more:
        assert {"test/tta/objective", "test/ensemble/loss", "test/average/objective"} <= first[
            "further"
        ].keys()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"loss": "cross_entropy"},
            "loss is 'cross_entropy', but images have several labels each: bce is allowed",
        ),
        ({"objective": "accuracy"}, "objective is 'accuracy', but images have several labels each: auroc, "),
        (
            {"objective": "sensitivity@0.9"},
            "objective is 'sensitivity@0.9', but images have several labels each",
        ),
        (
            {"sampling": "balanced"},
            "sampling is 'balanced', but images have several labels each: shuffle is allowed",
        ),
        ({"positive": 3}, "positive is 3: -1 to 2 is allowed"),
        (
            {"objective": "auc"},
            "objective is 'auc': accuracy, balanced_accuracy, auroc, mean_average_precision, ",
        ),
    ],
)
def test_what_label_sets_do_not_have_is_refused(
    quadrants: PreparedData, more: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingError) as caught:
        start(of_sets(quadrants, **more))
    assert said in str(caught.value)


@pytest.mark.parametrize("objective", ["auroc", "macro_f1", "mean_average_precision"])
def test_runs_of_two_classes_have_objectives_of_scores(two_digits: PreparedData, objective: str) -> None:
    record = last(of_classes(two_digits, objective=objective))
    labels, scores = two_digits.split("test").labels, np.array(record.test_scores)
    assert scores[:, 0] == pytest.approx(-scores[:, 1])
    assert 1 / (1 + np.exp(-scores[np.arange(len(labels)), labels])) == pytest.approx(
        np.array(record.test_true_probabilities), abs=1e-6
    )
    if objective == "auroc":
        assert record.test_objective == pytest.approx(roc_auc_score(labels, scores[:, 1]))
    assert record.test_objective == record.test_measures[objective]
    assert record.test_predictions == tuple(scores.argmax(1))
    assert record.train_objective is not None


@pytest.mark.parametrize("positive", [0, 1, -1])
def test_the_threshold_of_a_sensitivity_is_chosen_on_validation(
    two_digits: PreparedData, positive: int
) -> None:
    config = of_classes(two_digits, objective="sensitivity@0.9", positive=positive, epochs=1)
    record = last(config)
    threshold = record.test_measures["threshold"]
    labels, scores = two_digits.split("test").labels, np.array(record.test_scores)[:, positive]
    is_positive = labels == positive % 2
    assert record.test_objective == (scores[is_positive] > threshold).mean()
    assert record.test_measures["specificity"] == (scores[~is_positive] <= threshold).mean()
    fit = start(config)
    fit.run_epoch()
    val = two_digits.split("val")
    with torch.no_grad():
        running = fit.task.network.eval()
        from trainables.inputs.inputs import ImageInputs, logits

        inputs = ImageInputs(data=fit.task.val, how=fit.phases[0].training, seed=0)
        of_val = scores_of(logits(running, inputs), inputs.labels)[:, positive]
    negatives = of_val[val.labels != positive % 2]
    assert (negatives <= threshold).mean() >= 0.9 > (negatives < threshold).mean()
    assert record.val_objective == (of_val[val.labels == positive % 2] > threshold).mean()


def test_an_accuracy_keeps_no_scores_and_reports_the_auroc(two_digits: PreparedData) -> None:
    record = last(of_classes(two_digits, objective="accuracy", epochs=1))
    assert record.test_scores is None
    assert 0 < record.test_measures["auroc"] <= 1


def test_a_run_of_label_sets_goes_on_from_its_state(quadrants: PreparedData) -> None:
    config = of_sets(quadrants, recipe="cosine")
    whole = start(config)
    whole.run_epoch()
    state = whole.state_dict()
    on = start(config)
    on.load_state_dict(state)
    assert on.run_epoch().val_objective == whole.run_epoch().val_objective


def test_scores_are_finite_and_those_of_outputs_that_are_not_count_as_even() -> None:
    labels = torch.tensor([0, 1])
    scores = scores_of(torch.tensor([[float("nan"), 1.0], [200.0, -200.0]]), labels)
    assert np.isfinite(scores).all()
    assert scores[0].tolist() == [0.0, 0.0]
    probabilities = torch.tensor([[0.2, 0.8], [1.0, 0.0]])
    assert scores_of_probabilities(probabilities, labels)[0] == pytest.approx(
        [np.log(0.25), np.log(4)], rel=1e-6
    )
