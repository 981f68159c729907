from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import trainables.inputs.activations
import trainables.loop.phase_setup
from trainables import train
from trainables.data import PreparedData
from trainables.generators import seed_for
from trainables.inputs.activations import activations, weights_hash
from trainables.inputs.augmentation import draw_augmentation
from trainables.inputs.batches import image_batch
from trainables.inputs.images import ImageTensors, resized, to_tensors
from trainables.inputs.inputs import ActivationInputs
from trainables.networks.network import Network, build_network
from trainables.plan.training import Training
from trainables.sharing.cached import Cached


def network(seed: int = 0) -> Network:
    return build_network(
        "small_resnet", num_classes=5, image_size=8, channels=1, width=4, generator_seed=seed
    )


def train_split(digits: PreparedData) -> ImageTensors:
    return to_tensors(digits.split("train"), digits, torch.device("cpu"))


def cached(net: Network, data: ImageTensors, cache: Path, **more: Any) -> Cached[torch.Tensor]:
    return activations(net.body, data, cache=cache, **{"data_key": "d/train", "training": Training(), **more})


def test_cached_activations_are_the_live_bodys(digits: PreparedData, tmp_path: Path) -> None:
    net = network()
    data = train_split(digits)
    first = cached(net, data, tmp_path)
    again = cached(net, data, tmp_path)
    net.eval()
    live = net.body(image_batch(data, torch.arange(len(data))))
    torch.testing.assert_close(first.value[0], live)
    assert torch.equal(again.value, first.value)
    assert first.own_seconds > 0
    assert first.shared_seconds == 0
    assert again.own_seconds == 0
    assert again.shared_seconds == first.own_seconds


def test_views_are_the_live_bodys_on_augmented_images(digits: PreparedData, tmp_path: Path) -> None:
    """Each of k views is augmented in its own way, and an epoch of the head shows one of them of each image."""
    net, data = network(), train_split(digits)
    training = Training(augment="crop", activation_views=3)
    views = cached(net, data, tmp_path, training=training, view_seed=7).value
    assert views.shape == (3, len(data), 16)
    net.eval()
    index = torch.arange(len(data))
    for view in range(3):
        draws = draw_augmentation(data, training=training, seed=seed_for(7, "views"), epoch=view)
        torch.testing.assert_close(views[view], net.body(image_batch(data, index, draws)))
    assert not torch.equal(views[0], views[1])
    inputs = ActivationInputs(values=views, labels=data.labels, seed=1)
    inputs.begin_epoch(0)
    shown = inputs.batch(index, training=True)
    which = torch.stack([(shown == view).all(1) for view in views])
    assert (which.sum(0) >= 1).all(), "every image shows one of its views"
    assert (which.sum(1) > len(data) / 6).all(), "and every view is shown"


def test_augmented_views_are_for_training_alone(digits: PreparedData, tmp_path: Path) -> None:
    training = Training(augment="crop", activation_views=3)
    assert cached(network(), train_split(digits), tmp_path, training=training).value.shape[0] == 1


KEYED: dict[str, dict[str, Any]] = {
    "weights": {"net": network(seed=1)},
    "images": {"data_key": "e/train"},
    "precision": {"training": Training(precision="bfloat16")},
    "layout": {"training": Training(channels_last=True)},
    "batch norm": {"training": Training(batch_norm="update")},
    "views": {"training": Training(activation_views=1), "view_seed": 0},
    "augmentation of views": {"training": Training(activation_views=1, augment="flip"), "view_seed": 0},
    "number of views": {"training": Training(activation_views=2), "view_seed": 0},
    "seed of views": {"training": Training(activation_views=1), "view_seed": 1},
}


def test_the_key_holds_all_that_activations_depend_on(
    digits: PreparedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = train_split(digits)
    assert cached(network(), data, tmp_path).shared_seconds == 0
    for change in KEYED.values():
        assert cached(**{"net": network(), "data": data, "cache": tmp_path, **change}).shared_seconds == 0
    normalised = replace(data, mean=data.mean + 1)
    assert cached(network(), normalised, tmp_path).shared_seconds == 0
    assert cached(network(), resized(data, 6), tmp_path).shared_seconds == 0
    monkeypatch.setattr(trainables.inputs.activations, "CUT", "elsewhere")
    assert cached(network(), data, tmp_path).shared_seconds == 0
    monkeypatch.undo()
    assert cached(network(), data, tmp_path).shared_seconds > 0, "and nothing else"


def test_activations_of_a_lower_precision_are_not_the_same(digits: PreparedData, tmp_path: Path) -> None:
    data = train_split(digits)
    full = cached(network(), data, tmp_path).value
    half = cached(network(), data, tmp_path, training=Training(precision="bfloat16")).value
    assert half.dtype == torch.float32
    assert not torch.equal(half, full)
    torch.testing.assert_close(half, full, rtol=0.05, atol=0.05)


def test_validation_is_precise_however_the_head_trains(
    digits: PreparedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, str] = {}
    real = trainables.loop.phase_setup.activations

    def spy(*args: Any, **kwargs: Any) -> Cached[torch.Tensor]:
        seen[kwargs["data_key"].rpartition("/")[2]] = kwargs["training"].precision
        return real(*args, **kwargs)

    monkeypatch.setattr(trainables.loop.phase_setup, "activations", spy)
    config = {"recipe": "feature_extraction", "data": digits.key, "epochs": 1, "width": 4, "device": "cpu"}
    list(train({**config, "precision": "bfloat16"}))
    assert seen == {"train": "bfloat16", "val": "float32"}


def test_a_changed_buffer_changes_the_hash() -> None:
    net = network()
    before = weights_hash(net.body)
    next(b for b in net.body.buffers() if b.dtype == torch.float32).add_(1)
    assert weights_hash(net.body) != before
