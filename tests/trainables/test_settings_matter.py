"""Nothing is searched that does nothing: changing any setting changes the plan or the run."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest
import torch

import trainables.loop.phase_setup
from trainables import train
from trainables.config import RunConfig, parse_config
from trainables.data import PreparedData
from trainables.inputs.inputs import ImageInputs
from trainables.plan.training import Training

BASE: Mapping[str, Any] = {
    "recipe": "cosine",
    "epochs": 2,
    "width": 4,
    "device": "cpu",
    "lr": 0.05,
    "augment": "crop",
}

CHANGES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "optimizer": ({}, {"optimizer": "adam"}),
    "momentum": ({}, {"momentum": 0.5}),
    "weight_decay": ({}, {"weight_decay": 0.1}),
    "decay": ({"weight_decay": 0.1}, {"decay": "decoupled"}),
    "reference_batch": ({}, {"reference_batch": 256}),
    "loss": ({}, {"loss": "bce"}),
    "label_smoothing": ({}, {"label_smoothing": 0.2}),
    "mixup": ({}, {"mixup": 0.4}),
    "class_weights": ({}, {"class_weights": "balanced"}),
    "sampling": ({}, {"sampling": "balanced"}),
    "dropout": ({}, {"dropout": 0.3}),
    "augment": ({}, {"augment": "crop_flip"}),
    "min_crop_area": ({"augment": "resized_crop"}, {"min_crop_area": 0.5}),
    "colour": ({}, {"colour": 0.4}),
    "pca_noise": ({}, {"pca_noise": 0.2}),
    "image_scale": ({}, {"image_scale": 0.5}),
    "precision": ({}, {"precision": "bfloat16"}),
    "accumulate": ({}, {"accumulate": 2}),
    "clip_norm": ({}, {"clip_norm": 0.1}),
    "batch_norm": ({"recipe": "gradual_unfreezing", "epochs": 6}, {"batch_norm": "update"}),
    "activation_views": ({"recipe": "feature_extraction"}, {"activation_views": 2}),
    "head_init": ({}, {"head_init": "xavier"}),
    "zero_gamma": ({}, {"zero_gamma": True}),
    "batch_size": ({}, {"batch_size": 16}),
    "normalisation": ({}, {"normalisation": "0.5/0.5"}),
    "range_test_rule": ({"lr": "auto"}, {"range_test_rule": "valley"}),
    "range_test_repeats": ({"lr": "auto", "range_test_repeats": 1}, {"range_test_repeats": 3}),
}
"""Setting: what else has to be set for it to matter, and its change."""

SHOWN_ELSEWHERE = {"channels_last", "compile"}
"""They change how the arithmetic runs, not what it gives."""

NOT_SEARCHED = {
    "recipe", "data", "epochs", "architecture", "weights", "width", "image_size", "fit", "seed", "objective",
    "positive", "tta_views", "snapshots", "validate", "measure_test", "share_prefixes", "device", "deterministic",
    "num_threads", "save_weights", "continue_from", "profile", "cache", "checkpoint_seconds", "checkpoint_last",
}  # fmt: skip


def outcome(digits: PreparedData, config: Mapping[str, Any]) -> list[tuple[object, ...]]:
    found = train({**BASE, "data": digits.key, **config})
    return [(r.train_loss, r.val_loss, r.num_steps, tuple(r.rates.values())) for r in found]


def test_every_setting_is_here() -> None:
    settings = {f.name for f in (*dataclasses.fields(Training), *dataclasses.fields(RunConfig))}
    assert settings == CHANGES.keys() | SHOWN_ELSEWHERE | NOT_SEARCHED


@pytest.mark.parametrize("name", CHANGES)
def test_changing_a_setting_changes_the_run(uneven: PreparedData, name: str) -> None:
    """On classes of different sizes, since weights and sampling do nothing to equal ones."""
    beside, change = CHANGES[name]
    assert outcome(uneven, beside) != outcome(uneven, {**beside, **change})


def test_channels_last_lays_weights_and_images_out_so(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    real = trainables.loop.phase_setup.make_optimizer

    def spy(parameters: Mapping[str, torch.Tensor], *args: Any, **kwargs: Any) -> Any:
        weight = parameters["body.layer1.conv1.weight"]
        seen.append(weight.is_contiguous(memory_format=torch.channels_last))
        return real(parameters, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(trainables.loop.phase_setup, "make_optimizer", spy)
    plain = outcome(digits, {"width": 16, "epochs": 1})
    last = outcome(digits, {"width": 16, "epochs": 1, "channels_last": True})
    assert seen == [False, True]
    for one, other in zip(plain, last, strict=True):
        assert one[0] == pytest.approx(other[0], rel=1e-3)


@pytest.mark.slow
def test_a_compiled_run_gives_the_same_to_rounding_and_again(digits: PreparedData) -> None:
    """Phases and runs enough to use up what PyTorch compiles for one piece of code."""
    config = {"recipe": "gradual_unfreezing", "epochs": 6, "width": 16}
    compiled: list[int] = []
    found = []
    for compile_it in (False, True, True):
        before = torch._dynamo.utils.counters["stats"]["unique_graphs"]
        found.append(outcome(digits, {**config, "compile": compile_it}))
        compiled.append(torch._dynamo.utils.counters["stats"]["unique_graphs"] - before)
    plain, fast, again = found
    num_phases = len(parse_config({**BASE, **config, "data": digits.key})[1])
    assert compiled[0] == 0
    assert compiled[1] == compiled[2] >= num_phases
    assert again == fast
    assert [losses[0] for losses in fast] == pytest.approx([losses[0] for losses in plain], rel=1e-2)


def test_images_of_a_phase_are_augmented_as_it_says(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Smaller images in training and for an average's statistics, the data's own size in validation."""
    sides: set[tuple[bool, int]] = set()
    real = ImageInputs.batch

    def spy(self: ImageInputs, index: torch.Tensor, *, training: bool) -> torch.Tensor:
        batch = real(self, index, training=training)
        sides.add((training, batch.shape[-1]))
        return batch

    monkeypatch.setattr(ImageInputs, "batch", spy)
    outcome(digits, {"image_scale": 0.5, "snapshots": 2})
    assert sides == {(True, 4), (False, 8)}


@pytest.mark.parametrize("name", ["channels_last", "compile"])
def test_channels_go_last_only_where_there_are_enough(digits: PreparedData, name: str) -> None:
    """With fewer, oneDNN writes past the end of its memory on some processors."""
    with pytest.raises(
        ValueError, match=rf"{name} is true, but width is 15: false, or a width of 16 or more"
    ):
        outcome(digits, {"width": 15, "device": "cpu", name: True})
    assert parse_config({**BASE, "data": digits.key, "width": 16, name: True})
    assert parse_config({**BASE, "data": digits.key, "width": 8, "device": "cuda", name: True})
    assert parse_config({**BASE, "data": digits.key, "architecture": "resnet18", name: True})
