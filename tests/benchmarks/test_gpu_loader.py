"""The line `gpu_loader` on a CPU, with a tiny network and a few images."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks.harness.many_images import many_images
from benchmarks.harness.own_run import run_config
from benchmarks.harness.settings import NotMeasurableError, Settings
from benchmarks.lines import gpu_loader
from benchmarks.peers import torchvision_gpu_epochs as peer
from trainables.run import start, train

CPU = torch.device("cpu")


def test_an_epoch_of_the_peers_has_the_steps_and_the_network_of_ours(
    few_images: Settings, rates: list[float]
) -> None:
    """In this process: two more would import PyTorch twice more."""
    images = many_images(few_images)
    loader = peer.make_loader(images, batch_size=64, workers=0)
    network = peer.SmallResNet(num_classes=10, channels=3, width=8).to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    peer.train_epoch(network, loader, optimizer, CPU)
    assert len(rates) == len(loader) == 5
    config = run_config(few_images, data=str(images), epochs=1, width=8, batch_size=64, device="cpu")
    assert [record.num_steps for record in train(config)] == [5]
    own = start(config).task.network
    assert [p.shape for p in own.parameters()] == [p.shape for p in network.parameters()]


def test_both_sides_are_given_the_same(
    few_images: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commands: dict[bool, list[str]] = {}

    def last_json(command: list[str], **_: Any) -> dict[str, Any]:
        is_ours = "benchmarks.harness.epochs" in command
        commands[is_ours] = command
        return {"seconds": [3.0, 1.0, 2.0] if is_ours else [30.0, 10.0, 20.0]}

    monkeypatch.setattr(gpu_loader, "last_json", last_json)
    with_peers = replace(few_images, peers=tmp_path)  # a place that there is; nothing is run
    found = gpu_loader.measure(with_peers, device=CPU, width=8, workers=0)
    assert (found.ratio, found.ours, found.theirs) == (10.0, 2.0, 20.0)
    config, num_epochs = json.loads(commands[True][-2]), commands[True][-1]
    assert dict(zip(commands[False][2::2], commands[False][3::2], strict=True)) == {
        "--images": config["data"],
        "--device": config["device"],
        "--width": str(config["width"]),
        "--batch-size": str(config["batch_size"]),
        "--workers": "0",
        "--epochs": num_epochs,
    }


def test_more_workers_than_cpus_are_not_measured(
    few_images: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with pytest.raises(NotMeasurableError, match="needs 8 CPUs for as many workers of the peer, and there"):
        gpu_loader.measure(few_images, device=CPU)
