"""An "auto" rate: repeated range tests on a copy, shared by the runs that would see the same."""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from trainables.activations import weights_hash
from trainables.batches import epoch_order
from trainables.config import RunConfig
from trainables.inputs import Inputs
from trainables.range_test import NUM_STEPS, RangeTest, Suggestion, combine, run_range_test
from trainables.shared import Taken, take
from trainables.streams import stream_seed

LAYOUT = 1


def suggest_rate(
    module: nn.Module,
    make_optimizer: Callable[[nn.Module], torch.optim.Optimizer],
    inputs: Inputs,
    *,
    config: RunConfig,
) -> Suggestion:
    """Return what `config.range_test_repeats` tests suggest; the module and its run are not touched.

    Args:
        module: What will be trained, in the mode in which it will be.
        make_optimizer: See `run_range_test`.
        inputs: The training split; it is cycled where it is short.
        config: Seed, batch size, number of repeats.
    """
    return combine(
        tuple(
            run_range_test(
                module,
                make_optimizer,
                _batches(inputs, config, repeat),
                dropout_seed=stream_seed(config.seed, "range_test_dropout", repeat),
            )
            for repeat in range(config.range_test_repeats)
        )
    )


def shared_suggestion(key: object, *, build: Callable[[], Suggestion], cache: Path) -> Taken[Suggestion]:
    """Return the suggestion for `key` from the cache, or build it there."""
    name = hashlib.sha256(repr((LAYOUT, key)).encode()).hexdigest()[:32]
    return take(cache / "range_tests" / name, build=build, save=_save, load=_load)


def suggestion_key(
    module: nn.Module, *, config: RunConfig, data_key: str, shares: tuple[float, ...], on: str
) -> object:
    """Return everything that a suggestion depends on."""
    return (
        weights_hash(module),
        next(module.parameters()).device.type,
        torch.get_num_threads(),
        data_key,
        shares,
        on,
        config.seed,
        config.batch_size,
        config.momentum,
        config.nesterov,
        config.weight_decay,
        config.augment,
        config.range_test_repeats,
    )


def _batches(inputs: Inputs, config: RunConfig, repeat: int) -> Callable[[int], tuple[Tensor, Tensor]]:
    seed = stream_seed(config.seed, "range_test", repeat)
    per_epoch = len(epoch_order(len(inputs.labels), batch_size=config.batch_size, seed=seed, epoch=0))
    orders = [
        index
        for epoch in range(-(-NUM_STEPS // per_epoch))
        for index in epoch_order(len(inputs.labels), batch_size=config.batch_size, seed=seed, epoch=epoch)
    ]

    def batch(step: int) -> tuple[Tensor, Tensor]:
        if step % per_epoch == 0:
            inputs.begin_epoch(-1 - step // per_epoch - repeat * NUM_STEPS)
        index = orders[step].to(inputs.labels.device)
        return inputs.batch(index, training=True), inputs.labels[index]

    return batch


def _save(folder: Path, suggestion: Suggestion) -> None:
    (folder / "suggestion.json").write_text(json.dumps(dataclasses.asdict(suggestion)))


def _load(folder: Path) -> Suggestion:
    values = json.loads((folder / "suggestion.json").read_text())
    tests = tuple(_test(test) for test in values.pop("tests"))
    return Suggestion(tests=tests, **values)


def _test(values: dict[str, Any]) -> RangeTest:
    curves: dict[str, Any] = {name: tuple(values.pop(name)) for name in ("rates", "losses", "smoothed")}
    return RangeTest(**curves, **values)
