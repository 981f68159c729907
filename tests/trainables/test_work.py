"""Work of runs, counted without a clock: images decoded, images through the body, optimizer steps."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from trainables.config import RunConfig
from trainables.data import DataSource, prepare
from trainables.data.decoding import decode
from trainables.loop import fit
from trainables.loop.metrics import Metrics
from trainables.loop.phase_setup import RunningPhase
from trainables.networks.small_resnet import SmallResNet
from trainables.run import train

PER_CLASS = {"train": 20, "val": 6, "test": 5}
NUM_CLASSES = 2
NUM_TRAIN, NUM_VAL = (NUM_CLASSES * PER_CLASS[split] for split in ("train", "val"))
BATCH_SIZE = 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Images of two classes in train, val and test, no two alike."""
    draws = np.random.default_rng(0)
    for split, number in PER_CLASS.items():
        for label in range(NUM_CLASSES):
            place = tmp_path / "images" / split / f"class{label}"
            place.mkdir(parents=True)
            for index in range(number):
                pixels = draws.integers(0, 256, (8, 8, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(place / f"{index}.png")
    return tmp_path / "images"


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The images of every call of a body."""
    seen: list[int] = []
    forward = SmallResNet.forward

    def counted(self: SmallResNet, images: torch.Tensor) -> torch.Tensor:
        seen.append(len(images))
        return forward(self, images)

    monkeypatch.setattr(SmallResNet, "forward", counted)
    return seen


def config(folder: Path, tmp_path: Path, **more: Any) -> dict[str, Any]:
    return {
        "data": str(folder), "cache": str(tmp_path / "cache"), "width": 4, "batch_size": BATCH_SIZE, "epochs": 3,
        "lr": 0.01, "num_threads": 1, **more,
    }  # fmt: skip


def test_every_image_is_decoded_once_for_all_runs(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[str] = []
    one = decode.decode

    def counted(raw: decode.RawImage, **how: Any) -> decode.Decoded:
        decoded.append(raw.id)
        return one(raw, **how)

    monkeypatch.setattr(decode, "decode", counted)
    prepare(DataSource(folder=str(folder)), cache=tmp_path / "cache")
    assert len(decoded) == len(set(decoded)) == NUM_CLASSES * sum(PER_CLASS.values())
    for recipe in ("fixed_rate", "adaptation"):
        list(train(config(folder, tmp_path, recipe=recipe)))
    assert len(decoded) == NUM_CLASSES * sum(PER_CLASS.values())


def test_images_run_through_the_body_once_an_epoch_and_once_to_validate(
    folder: Path, tmp_path: Path, passes: list[int]
) -> None:
    records = list(train(config(folder, tmp_path, recipe="fixed_rate")))
    warm_up = sum(passes) - 3 * (NUM_TRAIN + NUM_VAL)
    assert [record.body_passes for record in records] == [NUM_TRAIN] * 3
    assert warm_up <= 4, "a batch or two that warm PyTorch up"
    assert [record.num_steps for record in records] == [NUM_TRAIN // BATCH_SIZE] * 3


def test_a_head_that_trains_alone_runs_the_body_once_for_all_epochs_and_all_runs(
    folder: Path, tmp_path: Path, passes: list[int]
) -> None:
    counts = []
    for lr in (0.01, 0.02, 0.03):
        passes.clear()
        records = list(train(config(folder, tmp_path, recipe="feature_extraction", lr=lr)))
        assert [record.num_steps for record in records] == [NUM_TRAIN // BATCH_SIZE] * 3
        counts.append(sum(count for count in passes if count > 2))
    assert counts == [NUM_TRAIN + NUM_VAL, 0, 0]


def test_validating_only_where_it_decides_gives_the_same_run_in_fewer_passes(
    folder: Path, tmp_path: Path, passes: list[int]
) -> None:
    plan = config(folder, tmp_path, recipe="cosine", epochs=4)
    every = list(train(plan))
    passes.clear()
    judged = list(train(plan | {"validate": "judged"}))
    assert sum(passes) == 4 * NUM_TRAIN + NUM_VAL
    assert [record.val_objective for record in judged] == [None, None, None, every[-1].val_objective]
    assert judged[-1].objective == every[-1].objective
    assert [record.train_loss for record in judged] == [record.train_loss for record in every]


@pytest.mark.parametrize("validate", ["every_epoch", "judged"])
def test_a_loss_that_nobody_judges_by_ends_no_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, validate: str
) -> None:
    """Within a cycle a validation loss may overflow: search, which does not look, and confirmation go on alike."""
    real = fit.validate

    def overflowing(running: RunningPhase, run: RunConfig) -> Metrics:
        metrics = real(running, run)
        return replace(metrics, loss=math.inf) if metrics_of.pop(0) else metrics

    metrics_of = [True, False, False, False] if validate == "every_epoch" else [False]
    monkeypatch.setattr(fit, "validate", overflowing)
    records = list(train(config(folder, tmp_path, recipe="cosine", epochs=4, validate=validate)))
    assert [record.status for record in records] == [*3 * ["running"], "finished"]
    assert records[0].val_objective is None
    monkeypatch.setattr(fit, "validate", lambda *given: replace(real(*given), loss=math.nan))
    lost = list(train(config(folder, tmp_path, recipe="cosine", epochs=2, validate=validate)))
    assert lost[-1].status == "diverged"


def test_an_epoch_that_decides_is_validated_whatever_the_recipe(folder: Path, tmp_path: Path) -> None:
    for recipe in ("fixed_rate", "adaptation", "plateau", "gradual_unfreezing"):
        records = list(train(config(folder, tmp_path, recipe=recipe, epochs=6, validate="judged")))
        ends = [record.epoch for record, then in zip(records, [*records[1:], None], strict=True)
                if then is None or then.phase != record.phase]  # fmt: skip
        assert {r.epoch for r in records if r.val_objective is not None} >= {
            *(r.epoch for r in records if r.judged), *ends,
        }  # fmt: skip
