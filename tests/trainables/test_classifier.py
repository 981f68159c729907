"""A run's weights as a classifier of pixels: the same predictions as the run itself made."""

from pathlib import Path

import pytest
import torch

from trainables.classifier import load_classifier
from trainables.config import RunConfig, parse_config
from trainables.data import PreparedData
from trainables.run import train


def trained(digits: PreparedData, file: Path) -> tuple[RunConfig, tuple[int, ...], tuple[float, ...]]:
    """Return a run, and what it predicted for the test images."""
    config = {
        "recipe": "fixed_rate", "data": digits.key, "epochs": 2, "width": 4, "lr": 0.05, "num_threads": 1,
        "measure_test": True, "save_weights": str(file),
    }  # fmt: skip
    *_, last = train(config)
    assert last.test_predictions is not None
    assert last.test_true_probabilities is not None
    return parse_config(config)[0], last.test_predictions, last.test_true_probabilities


def test_pixels_give_what_the_run_predicted(digits: PreparedData, tmp_path: Path) -> None:
    run, predictions, probabilities = trained(digits, tmp_path / "w.pt")
    classifier = load_classifier(tmp_path / "w.pt", run=run, data=digits)
    test = digits.split("test")
    images = torch.from_numpy(test.images).permute(0, 3, 1, 2)
    with torch.inference_mode():
        found = classifier(images)
    assert found.argmax(1).tolist() == list(predictions)
    assert found[torch.arange(len(test.labels)), torch.from_numpy(test.labels)].tolist() == pytest.approx(
        probabilities, abs=1e-6
    )
    assert torch.allclose(found.sum(1), torch.ones(len(found)))


def test_weights_of_another_network_are_refused(digits: PreparedData, tmp_path: Path) -> None:
    run, *_ = trained(digits, tmp_path / "w.pt")
    wider, _ = parse_config({"recipe": "fixed_rate", "data": digits.key, "epochs": 2, "width": 8, "lr": 0.05})
    assert run.width != wider.width
    with pytest.raises(ValueError, match="not the weights of this run's network"):
        load_classifier(tmp_path / "w.pt", run=wider, data=digits)
    (tmp_path / "cut.pt").write_bytes((tmp_path / "w.pt").read_bytes()[:1000])
    with pytest.raises(ValueError, match="not a whole checkpoint"):
        load_classifier(tmp_path / "cut.pt", run=run, data=digits)
