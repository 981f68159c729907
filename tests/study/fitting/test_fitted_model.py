from types import SimpleNamespace

import numpy as np
import pytest
import torch

from analysis.statistics.proportion import objective_interval, wilson
from study.cards.answers import Answers
from study.fitting.calibration import Calibration
from study.fitting.model import describe, rates_sentence
from tests.support.models.written_model import DIGITS
from trainables.data import DataSource


def fitted(digits, source):
    """What `describe` reads of a fit."""
    return SimpleNamespace(
        prepared=SimpleNamespace(target=digits, spec=SimpleNamespace(data=SimpleNamespace(target=source))),
        config={"architecture": "resnet18", "weights": "/home/me/secret/start.pt"},
        calibration=Calibration(temperature=1.5, num_images=9, loss_before=0.5, loss_after=0.4),
        network=SimpleNamespace(normalisation=(torch.full((1, 1, 1), 51.0), torch.full((1, 1, 1), 102.0))),
        recommended=SimpleNamespace(study="", arm="default"),
        measured=SimpleNamespace(tested=SimpleNamespace(objective="accuracy", value=0.9)),
        val_objective=0.8,
    )


def test_a_fitted_model_tells_nobody_where_its_images_and_weights_lay(digits):
    source = DataSource(folder="/home/me/secret/lesions", image_size=64)
    description = describe(fitted(digits, source), name="mine-fit")
    assert description.data == {"folder": "lesions", "image_size": 64}
    assert "secret" not in description.as_json()


def test_a_fitted_model_normalises_and_tempers_as_its_networks_do(digits):
    description = describe(fitted(digits, DIGITS), name="mine-fit")
    assert description.mean == pytest.approx((0.2,))
    assert description.std == pytest.approx((0.4,))
    assert description.temperature == 1.5


def test_the_rates_of_a_threshold_have_the_intervals_of_their_groups():
    labels = np.repeat([0, 1], 30)
    right = np.repeat([True, False, True, True, True, False], 10)
    groups = tuple(f"{number // 10}" for number in range(60))
    tested = Answers(
        classes=("benign", "malign"),
        labels=labels,
        predicted=np.where(right, labels, 1 - labels),
        true_probability=right * 1.0,
        groups=groups,
        objective="accuracy",
    )
    low, high = objective_interval(right[30:], labels[30:], groups=groups[30:], balanced=False)
    assert low < wilson(20, 30)[0]
    said = rates_sentence(tested, positive="malign")
    assert f"sensitivity 0.667 ({low:.3f} to {high:.3f}; 20 of 30)" in said
    assert "specificity 0.667" in said
