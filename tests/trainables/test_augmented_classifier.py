"""Test-time augmentation of a run that has ended: the very measurement that it made at its end."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from trainables.augmented_classifier import load_augmented
from trainables.config import parse_config
from trainables.data import PreparedData
from trainables.run import train


def test_views_give_the_objective_and_the_loss_that_the_run_measured(
    digits: PreparedData, tmp_path: Path
) -> None:
    config = {
        "recipe": "fixed_rate", "data": digits.key, "epochs": 2, "width": 4, "lr": 0.05, "num_threads": 1,
        "augment": "crop_flip", "tta_views": 3, "seed": 4, "save_weights": str(tmp_path / "w.pt"),
    }  # fmt: skip
    *_, last = train(config)
    run, phases = parse_config(config)
    network = load_augmented(tmp_path / "w.pt", run=run, how=phases[-1].training, data=digits)
    val = digits.split("val")
    images, labels = torch.from_numpy(val.images).permute(0, 3, 1, 2), torch.from_numpy(val.labels)
    with torch.inference_mode():
        found = network(images)
        plain = network.classifier(images)
    assert float((found.argmax(1) == labels).double().mean()) == pytest.approx(
        last.further["val/tta/objective"], abs=1e-6
    )
    assert float(F.nll_loss(found.log(), labels)) == pytest.approx(last.further["val/tta/loss"], abs=1e-5)
    assert not torch.allclose(found, plain, atol=1e-3)
    fewer = load_augmented(
        tmp_path / "w.pt", run=replace(run, tta_views=1), how=phases[-1].training, data=digits
    )
    with torch.inference_mode():
        assert not torch.allclose(fewer(images), found, atol=1e-4)
        assert torch.equal(network(images), found)
