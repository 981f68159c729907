import numpy as np
import pytest

from analysis.statistics.proportion import mean_of_proportions, objective_interval, wilson
from study.cards.answers import Answers

CLASSES = ("cat", "dog", "fox")


def answers(**changes):
    content = {
        "classes": CLASSES,
        "labels": np.array([0, 0, 0, 0, 1, 1]),
        "predicted": np.array([0, 0, 1, 1, 1, 2]),
        "true_probability": np.array([0.9, 0.8, 0.2, 0.1, 0.7, 0.3]),
        "groups": (None,) * 6,
        "objective": "accuracy",
    }
    return Answers(**content | changes)


def test_accuracy_is_the_share_that_is_right_with_its_interval():
    assert answers().value == pytest.approx(3 / 6)
    assert answers().interval == wilson(3, 6)


def test_balanced_accuracy_is_the_mean_of_the_classes_that_have_images():
    of_classes = answers(objective="balanced_accuracy")
    assert of_classes.value == pytest.approx((2 / 4 + 1 / 2) / 2)
    assert of_classes.interval == mean_of_proportions([2, 1], [4, 2])


def test_the_class_that_is_found_least_comes_first_and_one_without_images_not_at_all():
    names = [name for name, _ in answers(labels=np.array([0, 0, 0, 0, 1, 2])).recalls()]
    assert names == ["cat", "dog", "fox"]
    assert [name for name, _ in answers().recalls()] == ["cat", "dog"]
    (_, share), *_ = answers().recalls()
    assert (share.hits, share.total) == (2, 4)
    assert (share.low, share.high) == wilson(2, 4)


def test_confused_pairs_come_by_number_and_their_surest_mistakes_first():
    first, second = answers().confused(5)
    assert (first.true, first.predicted, first.images, first.total) == (0, 1, (3, 2), 4)
    assert (second.true, second.predicted, second.images, second.total) == (1, 2, (5,), 2)
    assert len(answers().confused(1)) == 1


def test_groups_that_are_named_are_counted():
    assert answers(groups=("a", "a", "b", None, "b", None)).num_groups == 2
    assert answers().num_groups == 0


def test_where_images_belong_to_groups_so_do_the_intervals_of_the_classes():
    labels = np.repeat([0, 1], 30)
    groups = tuple(f"{number // 10}" for number in range(60))
    right = np.repeat([True, False, True, True, True, False], 10)
    grouped = answers(
        labels=labels,
        predicted=np.where(right, labels, 1 - labels),
        true_probability=right * 1.0,
        groups=groups,
    )
    (_, share), *_ = grouped.recalls()
    alone = wilson(20, 30)
    assert (share.hits, share.total) == (20, 30)
    assert share.low < alone[0]
    assert share.high > alone[1]
    assert (share.low, share.high) == objective_interval(
        right[:30], labels[:30], groups=groups[:30], balanced=False
    )
