"""What is answered about a file, of the probabilities that a network gives."""

from dataclasses import asdict

from study.models.description import OperatingPoint
from study.models.served import decided, labels_of


def test_an_operating_point_decides_between_two_classes() -> None:
    point = asdict(OperatingPoint(positive="bad", threshold=0.2))
    for probability, found in ((0.3, "bad"), (0.2, "bad"), (0.19, "good")):
        index = decided([1 - probability, probability], classes=("good", "bad"), point=point)
        assert ("good", "bad")[index] == found
    assert decided([0.7, 0.3], classes=("good", "bad"), point=None) == 0


def test_of_label_sets_all_that_are_more_probable_than_not_are_answered() -> None:
    names = ("cat", "dog", "hat")
    assert labels_of((0.5, 0.49, 0.9), names=names) == "cat;hat"
    assert labels_of((0.1, 0.2, 0.3), names=names) == ""
