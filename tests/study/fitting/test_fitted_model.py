from types import SimpleNamespace

import pytest
import torch

from study.fitting.calibration import Calibration
from study.fitting.model import describe
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
