"""What fastai's side and lrstudy's have in common: start weights, seeds, configuration."""

import json
from pathlib import Path

import pandas as pd
import pytest
import torch

from benchmarks.experiments.curves import Curve
from benchmarks.harness.settings import Settings
from benchmarks.lines.to_target_fastai import _configs, _in_turns
from benchmarks.peers.source_body import load_body
from trainables.networks.network import build_network
from trainables.networks.small_resnet import SmallResNet
from trainables.networks.weights_files import save_weights


def save_source(file: Path) -> dict[str, torch.Tensor]:
    source = build_network("small_resnet", num_classes=3, image_size=8, channels=3, width=4, generator_seed=1)
    save_weights(source, file, architecture="small_resnet", width=4)
    return source.body.state_dict()


def test_the_peer_starts_from_the_body_that_lrstudy_wrote_and_a_head_of_its_own(tmp_path: Path) -> None:
    body = save_source(tmp_path / "source.pt")
    network = SmallResNet(num_classes=5, channels=3, width=4)
    head = network.fc.weight.clone()
    load_body(network, tmp_path / "source.pt")
    assert body
    assert all(torch.equal(network.state_dict()[name], value) for name, value in body.items())
    assert torch.equal(network.fc.weight, head)


def test_the_peer_refuses_a_body_with_other_layers(tmp_path: Path) -> None:
    save_source(tmp_path / "source.pt")
    network = SmallResNet(num_classes=5, channels=3, width=4)
    network.layer4 = torch.nn.Conv2d(1, 1, 1)
    with pytest.raises(ValueError, match="layer4"):
        load_body(network, tmp_path / "source.pt")


def test_the_runs_are_the_confirmation_of_the_adaptation_on_the_folder_itself(tmp_path: Path) -> None:
    rows = [
        {
            "run": run,
            "arm": arm,
            "stage": stage,
            "seed": seed,
            "config": json.dumps({"seed": seed, "data": "key"}),
        }
        for run, arm, stage, seed in (
            ("a", "adapted", "search", 0),
            ("b", "adapted", "confirm", 8),
            ("b", "adapted", "confirm", 8),
            ("c", "adapted", "confirm", 7),
            ("d", "fixed", "confirm", 7),
        )
    ]
    pd.DataFrame(rows).to_parquet(tmp_path / "records.parquet")
    settings = Settings(images=tmp_path, source=tmp_path, peers=tmp_path, work=tmp_path)
    found = _configs(settings, tmp_path / "records.parquet")
    assert [config["seed"] for config in found] == [7, 8]
    assert all(config["data"] == str(tmp_path) and config["epochs"] == 15 for config in found)
    assert not any(config["measure_test"] for config in found)


def test_both_sides_train_every_seed_and_begin_by_turns() -> None:
    taken: list[tuple[str, int]] = []

    def side(name: str, config: dict[str, int]) -> Curve:
        taken.append((name, config["seed"]))
        return Curve(seconds=[1.0], values=[0.5])

    configs = [{"seed": 7}, {"seed": 8}]
    ours, theirs = _in_turns(configs, lambda c: side("ours", c), lambda c: side("theirs", c))
    assert list(ours) == list(theirs) == [7, 8]
    assert taken == [("ours", 7), ("theirs", 7), ("theirs", 8), ("ours", 8)]
