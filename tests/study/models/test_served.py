"""What is answered about a file, of the probabilities that a network gives."""

from dataclasses import asdict

from study.models.description import OperatingPoint
from study.models.served import decided


def test_an_operating_point_decides_between_two_classes() -> None:
    point = asdict(OperatingPoint(positive="bad", threshold=0.2))
    for probability, found in ((0.3, "bad"), (0.2, "bad"), (0.19, "good")):
        index = decided([1 - probability, probability], classes=("good", "bad"), point=point)
        assert ("good", "bad")[index] == found
    assert decided([0.7, 0.3], classes=("good", "bad"), point=None) == 0
