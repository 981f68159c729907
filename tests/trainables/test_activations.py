from pathlib import Path

import torch

from trainables.activations import activations, weights_hash
from trainables.batches import image_batch, to_tensors
from trainables.data import PreparedData
from trainables.network import Network, build_network


def network(seed: int = 0) -> Network:
    return build_network(
        "small_resnet", num_classes=5, image_size=8, channels=1, width=4, generator_seed=seed
    )


def test_cached_activations_are_the_live_bodys(digits: PreparedData, tmp_path: Path) -> None:
    net = network()
    data = to_tensors(digits.split("train"), digits, torch.device("cpu"))
    first = activations(net.body, data, data_key="d/train", cache=tmp_path)
    again = activations(net.body, data, data_key="d/train", cache=tmp_path)
    net.eval()
    live = net.body(image_batch(data, torch.arange(len(data))))
    torch.testing.assert_close(first.value, live)
    assert torch.equal(again.value, first.value)
    assert first.own_seconds > 0
    assert first.shared_seconds == 0
    assert again.own_seconds == 0
    assert again.shared_seconds == first.own_seconds


def test_other_weights_or_data_are_other_activations(digits: PreparedData, tmp_path: Path) -> None:
    data = to_tensors(digits.split("train"), digits, torch.device("cpu"))
    first = activations(network().body, data, data_key="d/train", cache=tmp_path)
    other_weights = activations(network(seed=1).body, data, data_key="d/train", cache=tmp_path)
    other_data = activations(network().body, data, data_key="e/train", cache=tmp_path)
    assert other_weights.shared_seconds == 0
    assert other_data.shared_seconds == 0
    assert not torch.equal(first.value, other_weights.value)


def test_a_changed_buffer_changes_the_hash() -> None:
    net = network()
    before = weights_hash(net.body)
    next(b for b in net.body.buffers() if b.dtype == torch.float32).add_(1)
    assert weights_hash(net.body) != before
