"""Caches and saved states of version 0.1.0 are still found: literal names, as it made them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch
from torch import nn

from trainables.config import parse_config
from trainables.data import DataSource, PreparedData, prepare
from trainables.inputs import activations as activations_module
from trainables.inputs.activations import activations
from trainables.inputs.images import ImageTensors
from trainables.loop import auto_rate
from trainables.loop.auto_rate import shared_suggestion, suggestion_key
from trainables.loop.fit import Fit
from trainables.networks.normalisation import Normalisation
from trainables.plan.training import Training
from trainables.range_test import RangeTest, Suggestion
from trainables.run import start

DATA = "0" * 32
NORMALISATION = Normalisation(mean=(0.5,), std=(0.25,))
CONFIG = {
    "recipe": "adaptation",
    "data": "x",
    "epochs": 7,
    "lr": "auto",
    "warm_up_epochs": 1,
    "seed": 3,
    "weights": "/home/anna/start.pt",
}

TRAINING = (
    "Training(optimizer='momentum', momentum=0.9, weight_decay=0.0005, decay='own', reference_batch=None, "
    "loss='cross_entropy', label_smoothing=0.0, mixup=0.0, class_weights='none', sampling='shuffle', dropout=0.0, "
    "augment='crop_flip', min_crop_area=0.08, colour=0.0, pca_noise=0.0, image_scale=1.0, precision='float32', "
    "channels_last=False, compile=False, accumulate=1, clip_norm=None, batch_norm='fixed', activation_views=0)"
)
WATCH = "Watch(target=None, patience=None, restarts=0, restart_factor=0.1)"
COSINE = "Cosine(cycle_ends={}, final_cycle_epochs=None, floor_fraction=0.0, peak_decay=1.0)"
RUN = (
    "((Phase(name='head', num_epochs=1, lr=0.01, "
    f"schedule={COSINE.format('(1,)')}, "
    "layers=LayerRates(grouping='block', stem_to_head=1.0, layer_decay=None), first_group=-1, last_group=-1, "
    f"on='activations', training={TRAINING}, watch={WATCH}), "
    "Phase(name='all', num_epochs=6, lr=AutoRate(times=1.0, tested_in=None), "
    f"schedule=WarmUp(num_epochs=1, shape='linear', then={COSINE.format('(1, 2, 5)')}), "
    "layers=LayerRates(grouping='block', stem_to_head=0.1, layer_decay=None), first_group=0, last_group=-1, "
    f"on='images', training={TRAINING}, watch={WATCH})), "
    f"'{DATA}', ((0.5,), (0.25,)), "
    "('small_resnet', 16, 'start.pt', 'default', False, 3, 32, 'accuracy', 'pooled_edge_third', 3), 0, 0)"
)


def test_a_run_is_the_one_that_a_checkpoint_of_before_belongs_to() -> None:
    run, phases = parse_config(CONFIG)
    task = cast(Any, SimpleNamespace(data_key=DATA, normalisation=NORMALISATION))
    assert Fit(run, phases, task).identity == RUN


def test_a_checkpoint_has_the_names_of_before(digits: PreparedData) -> None:
    """Of its own keys, of the optimizer's groups, and of the best state of a phase that has one."""
    config = {
        "recipe": "plateau",
        "data": digits.key,
        "epochs": 3,
        "width": 2,
        "batch_size": 64,
        "device": "cpu",
    }
    fit = start(config)
    fit.run_epoch()
    state = fit.state_dict()
    assert state["format"] == "lrstudy-fit-4"
    assert list(state) == [
        "format", "identity", "epoch", "phase_index", "phase_epoch", "objective", "val_accuracy", "cost_seconds",
        "network", "snapshots", "judging", "suggested", "lr", "optimizer", "scaler",
    ]  # fmt: skip
    assert {"params", "name", "peak", "lr", "weight_decay", "shrink"} <= set(
        state["optimizer"]["param_groups"][0]
    )
    assert list(state["judging"]) == ["values", "best"]
    assert list(state["judging"]["best"]) == ["epoch", "val", "network"]
    assert list(state["judging"]["best"]["val"]) == [
        "loss", "accuracy", "balanced_accuracy", "macro_f1", "calibration_error", "recalls", "confusion", "value",
        "threshold",
    ]  # fmt: skip


@pytest.fixture
def as_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """The versions and the number of threads that the names below were made with."""
    for module in (activations_module, auto_rate):
        monkeypatch.setattr(module, "computed_by", lambda: ("2.15.0", "0.1.0", "0.29.2", "not installed"))
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)


def body() -> nn.Module:
    linear = nn.Linear(4, 2)
    nn.init.zeros_(linear.weight)
    nn.init.ones_(linear.bias)
    return nn.Sequential(nn.Flatten(), linear)


@pytest.mark.parametrize(
    ("training", "key"),
    [
        (Training(), "27c433dd0fdc2387cc3af1ef75c56b7c"),
        (Training(activation_views=2), "e73d8540aae39cfebd47599eff83e0f8"),
    ],
)
@pytest.mark.usefixtures("as_then")
def test_activations_of_before_are_found(training: Training, key: str, tmp_path: Path) -> None:
    data = ImageTensors(
        images=torch.zeros(3, 2, 2, 1, dtype=torch.uint8),
        labels=torch.tensor([0, 1, 0]),
        mean=torch.tensor([127.5]).view(-1, 1, 1),
        std=torch.tensor([63.75]).view(-1, 1, 1),
        principal_colours=lambda: torch.zeros(1, 1),
    )
    activations(body(), data, data_key=f"{DATA}/train", cache=tmp_path, training=training, view_seed=3)
    assert (tmp_path / "activations" / key).is_dir()


@pytest.mark.usefixtures("as_then")
def test_range_tests_of_before_are_found(tmp_path: Path) -> None:
    run, phases = parse_config(CONFIG)
    key = suggestion_key(
        body(),
        config=run,
        training=phases[1].training,
        data_key=DATA,
        normalisation=NORMALISATION,
        lr_scales=(0.1, 1.0),
        on="images",
    )
    curve = RangeTest(rates=(1.0,), losses=(1.0,), smoothed=(1.0,), ended="highest")
    found = Suggestion(lr=None, low=None, high=None, tests=(curve,), rule="valley")
    shared_suggestion(key, build=lambda: found, cache=tmp_path, rule="valley")
    assert (tmp_path / "range_tests" / "5c6a138f6e954daf377e44e941beefcb").is_dir()


@pytest.mark.parametrize(
    ("source", "key"),
    [
        (DataSource(digits=True, classes=(5, 6, 7), train_per_class=20), "ed195c5d7be4ced54684e3b33c24495e"),
        (DataSource(digits=True, classes=(0, 1, 2)), "f2b53850bf74f77c80fce5834bb1e32b"),
    ],
)
def test_data_sets_of_before_are_found(source: DataSource, key: str, tmp_path: Path) -> None:
    assert prepare(source, cache=tmp_path).key == key
