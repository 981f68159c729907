import numpy as np
import pytest

from study.errors import StudyError
from study.fitting.calibration import Calibration, check_wanted
from study.fitting.operating_point import Wanted
from study.models.served import decided

CLASSES = ("benign", "malign")
MALIGN = Wanted(positive="malign", kind="sensitivity", value=0.95)
PROBABILITIES = np.array([[0.9, 0.1], [0.7, 0.3], [0.4, 0.6], [0.2, 0.8]])


def calibration(**changes):
    return Calibration(temperature=1.0, num_images=4, loss_before=0.5, loss_after=0.5, **changes)


def test_without_a_threshold_the_likeliest_class_is_answered():
    assert calibration().answered(PROBABILITIES, CLASSES).tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("positive", CLASSES)
@pytest.mark.parametrize("threshold", [0.25, 0.3, 0.75])
def test_with_a_threshold_what_a_served_model_answers_is_answered(positive, threshold):
    wanted = Wanted(positive=positive, kind="sensitivity", value=0.95)
    found = calibration(wanted=wanted, threshold=threshold).answered(PROBABILITIES, CLASSES)
    point = {"positive": positive, "threshold": threshold}
    assert found.tolist() == [decided(row, classes=CLASSES, point=point) for row in PROBABILITIES.tolist()]


def test_a_threshold_needs_images_of_both_classes_before_anything_is_trained():
    check_wanted(MALIGN, CLASSES, {"val": (3, 1), "test": (2, 2)})
    check_wanted(None, CLASSES, {"val": (3, 0), "test": (2, 2)})
    for counts in ({"val": (3, 0), "test": (2, 2)}, {"val": (3, 1), "test": (0, 2)}):
        split, absent = ("val", "malign") if counts["val"][1] == 0 else ("test", "benign")
        with pytest.raises(StudyError, match=f"{split} split has no image of {absent}"):
            check_wanted(MALIGN, CLASSES, counts)
