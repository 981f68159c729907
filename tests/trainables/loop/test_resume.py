"""A run interrupted at any epoch's end goes on to bitwise the same records."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch

from trainables import EpochRecord, train
from trainables.checkpoint import load_state, save_state
from trainables.data import PreparedData
from trainables.recipes import recipe_names
from trainables.run import start

CASES: dict[str, dict[str, Any]] = {
    **{name: {"recipe": name} for name in recipe_names()},
    "in the middle of a long cycle": {"recipe": "cosine", "lr": 0.05},
    "auto rates": {"recipe": "adaptation", "lr": "auto", "head_lr": "auto", "range_test_repeats": 1},
    "restarts at a lower rate": {"recipe": "plateau", "lr": 1.0, "patience": 1, "restarts": 3},
    "mixup, smaller images": {"recipe": "progressive_resizing", "mixup": 0.4, "augment": "resized_crop_flip"},
    "snapshots, views": {"recipe": "adaptation", "cycle_mult": 1.0, "snapshots": 2, "tta_views": 2},
    "views of activations": {"recipe": "adaptation", "head_epochs": 3, "activation_views": 2},
    "dropout, balanced classes": {
        "recipe": "cosine",
        "dropout": 0.3,
        "sampling": "balanced",
        "class_weights": "balanced",
    },
    "adam, gradients added up": {
        "recipe": "one_cycle",
        "optimizer": "adam",
        "accumulate": 3,
        "clip_norm": 1.0,
    },
    "float16": {"recipe": "cosine", "precision": "float16", "lr": 0.02},
    "bfloat16, channels last": {
        "recipe": "cosine",
        "precision": "bfloat16",
        "channels_last": True,
        "width": 16,
    },
    "adagrad, weights shrunk": {"recipe": "cosine", "optimizer": "adagrad", "decay": "decoupled"},
    "statistics of frozen norms": {"recipe": "gradual_unfreezing", "batch_norm": "update"},
    "compiled": {"recipe": "cosine", "compile": True, "width": 16, "epochs": 3},
    "colours": {"recipe": "cosine", "augment": "crop", "colour": 0.4, "pca_noise": 0.1, "loss": "bce"},
}


def config_of(digits: PreparedData, name: str) -> dict[str, Any]:
    common = {"data": digits.key, "epochs": 7, "width": 4, "seed": 3, "device": "cpu", "measure_test": True}
    return {**common, "augment": "crop", "num_threads": torch.get_num_threads(), **CASES[name]}


def without_clock(record: EpochRecord) -> dict[str, Any]:
    return {k: v for k, v in asdict(record).items() if "seconds" not in k and k != "images_per_second"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name == "compiled")) for name in CASES]
)
def test_a_run_interrupted_after_every_epoch_has_the_same_records(
    digits: PreparedData, name: str, tmp_path: Path
) -> None:
    """Each epoch in a new object, through a file, as processes would that are killed; errors would add up."""
    config = config_of(digits, name)
    whole = [without_clock(record) for record in train(config)]
    assert whole[-1]["status"] == "finished"
    resumed, file = [], tmp_path / "state.pt"
    fit = start(config)
    while True:
        resumed.append(without_clock(next(iter(fit))))
        if fit.ended:
            break
        save_state(file, fit.state_dict())
        fit = start(config)
        fit.load_state_dict(load_state(file))
    assert resumed == whole


def test_a_case_does_what_its_name_says(digits: PreparedData) -> None:
    restarted = list(train(config_of(digits, "restarts at a lower rate")))
    assert len({record.rates["head"] for record in restarted}) > 1
    assert any(record.restored_epoch for record in restarted)
    assert "test/average/loss" in list(train(config_of(digits, "snapshots, views")))[-1].further


def test_a_truncated_checkpoint_is_refused_by_name(digits: PreparedData, tmp_path: Path) -> None:
    file = tmp_path / "state.pt"
    save_state(file, start(config_of(digits, "cosine")).state_dict())
    for size in (0, 100, file.stat().st_size // 2, file.stat().st_size - 1):
        cut = tmp_path / f"cut-{size}.pt"
        cut.write_bytes(file.read_bytes()[:size])
        with pytest.raises(ValueError, match=f"cut-{size}.pt: not a whole checkpoint"):
            load_state(cut)


def test_a_checkpoint_is_written_beside_and_renamed(
    digits: PreparedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "state.pt"
    save_state(file, {"epoch": 1})

    def full_disk(state: Any, path: Path) -> None:
        Path(path).write_bytes(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(torch, "save", full_disk)
    with pytest.raises(OSError, match="No space"):
        save_state(file, {"epoch": 2})
    assert load_state(file) == {"epoch": 1}
    assert list(tmp_path.iterdir()) == [file]
