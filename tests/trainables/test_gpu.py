"""Runs on a GPU, where there is one."""

import pytest
import torch

from trainables import train
from trainables.data import PreparedData
from trainables.recipes import recipe_names
from trainables.run import start

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


def config_of(digits: PreparedData, device: str) -> dict[str, object]:
    return {
        "recipe": "adaptation", "data": digits.key, "epochs": 6, "lr": 0.05, "head_lr": 0.1, "batch_size": 16,
        "augment": "crop", "device": device, "deterministic": True, "measure_test": True,
    }  # fmt: skip


def test_a_deterministic_run_on_the_gpu_repeats_bitwise(digits: PreparedData) -> None:
    runs = [[(r.train_loss, r.val_loss) for r in train(config_of(digits, "cuda"))] for _ in range(2)]
    assert runs[0] == runs[1]


def test_the_gpu_trains_what_the_cpu_trains(digits: PreparedData) -> None:
    """The same batches, crops and start: the first epoch differs by rounding alone."""
    on_gpu, on_cpu = (next(iter(train(config_of(digits, device)))) for device in ("cuda", "cpu"))
    assert on_gpu.train_loss == pytest.approx(on_cpu.train_loss, rel=1e-3)
    assert on_gpu.val_loss == pytest.approx(on_cpu.val_loss, rel=1e-3)


def test_an_auto_rate_is_found_on_the_gpu(digits: PreparedData) -> None:
    found = list(train({**config_of(digits, "cuda"), "lr": "auto", "head_lr": "auto"}))
    assert found[-1].status == "finished"
    assert found[-1].test_accuracy is not None


SETTINGS: dict[str, dict[str, object]] = {
    "float16": {"precision": "float16", "clip_norm": 1.0},
    "bfloat16, channels last": {"precision": "bfloat16", "channels_last": True},
    "augmentation, mixup": {"augment": "resized_crop_flip", "colour": 0.4, "pca_noise": 0.1, "mixup": 0.4},
    "balanced classes, accumulated": {"sampling": "balanced", "class_weights": "balanced", "accumulate": 2},
    "views, snapshots": {"tta_views": 2, "snapshots": 2, "activation_views": 2, "dropout": 0.2},
    "compiled": {"compile": True, "deterministic": False},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_train_on_the_gpu(digits: PreparedData, name: str) -> None:
    found = list(train({**config_of(digits, "cuda"), **SETTINGS[name]}))
    assert found[-1].status == "finished"
    losses = [record.train_loss for record in found if record.train_loss is not None]
    assert len(losses) == 6
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_trains_on_the_gpu(digits: PreparedData, name: str) -> None:
    config = {**config_of(digits, "cuda"), "recipe": name, "epochs": 7}
    del config["lr"], config["head_lr"]
    found = list(train(config))
    assert found[-1].status == "finished"


def test_a_state_that_was_saved_on_the_gpu_resumes_bitwise(digits: PreparedData) -> None:
    config = {**config_of(digits, "cuda"), "precision": "float16", "snapshots": 2}
    fit = start(config)
    before = [fit.run_epoch() for _ in range(3)]
    resumed = start(config)
    resumed.load_state_dict(fit.state_dict())
    rest = [(record.train_loss, record.val_loss) for record in fit]
    assert [(record.train_loss, record.val_loss) for record in resumed] == rest
    assert len(before) + len(rest) == 6
