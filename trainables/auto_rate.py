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
from trainables.range_test import RangeTest, RuleName, Suggestion, combine
from trainables.range_test.sweep import NUM_STEPS, run_range_test
from trainables.sampling import balanced_order
from trainables.shared import Taken, take
from trainables.streams import stream_seed
from trainables.training import Training

LAYOUT = 2


def suggest_rate(
    module: nn.Module,
    make_optimizer: Callable[[nn.Module], torch.optim.Optimizer],
    inputs: Inputs,
    *,
    config: RunConfig,
    training: Training,
    loss: Callable[[Tensor, Tensor], Tensor],
) -> Suggestion:
    """Return what `config.range_test_repeats` tests suggest; the module and its run are not touched.

    Args:
        module: What will be trained, in the mode in which it will be.
        make_optimizer: See `run_range_test`.
        inputs: The training split; it is cycled where it is short.
        config: Seed, batch size, number of repeats, rule.
        training: How it will be trained. Mixup is left out, and the module is not compiled.
        loss: Mean loss of a batch, from logits and labels.
    """
    tests = tuple(
        run_range_test(
            module,
            make_optimizer,
            _batches(inputs, config, training, repeat),
            loss=loss,
            training=training,
            dropout_seed=stream_seed(config.seed, "range_test_dropout", repeat),
        )
        for repeat in range(config.range_test_repeats)
    )
    return combine(tests, rule=config.range_test_rule)


def shared_suggestion(
    key: object, *, build: Callable[[], Suggestion], cache: Path, rule: RuleName
) -> Taken[Suggestion]:
    """Return the suggestion for `key` from the cache, or build it there.

    The cache has the curves; the rule is applied to them afterwards, so that a run with another rule shares them.
    """
    name = hashlib.sha256(repr((LAYOUT, key)).encode()).hexdigest()[:32]
    taken = take(cache / "range_tests" / name, build=lambda: build().tests, save=_save, load=_load)
    return Taken(
        value=combine(taken.value, rule=rule),
        own_seconds=taken.own_seconds,
        waiting_seconds=taken.waiting_seconds,
        shared_seconds=taken.shared_seconds,
    )


def suggestion_key(
    module: nn.Module,
    *,
    config: RunConfig,
    training: Training,
    data_key: str,
    shares: tuple[float, ...],
    on: str,
) -> object:
    """Return everything that the curves depend on."""
    return (
        weights_hash(module),
        next(module.parameters()).device.type,
        torch.get_num_threads(),
        torch.__version__,
        torch.are_deterministic_algorithms_enabled(),
        data_key,
        shares,
        on,
        config.seed,
        config.batch_size,
        config.range_test_repeats,
        repr(training),
    )


def _batches(
    inputs: Inputs, config: RunConfig, training: Training, repeat: int
) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Return the batches of one repeat by number: whole epochs one after another, in an order of their own."""
    seed = stream_seed(config.seed, "range_test", repeat)
    num_batches = NUM_STEPS * training.accumulate
    plan: list[tuple[Tensor, int | None]] = []
    for epoch in range(num_batches):
        first, *others = _order(inputs.labels, training, batch_size=config.batch_size, seed=seed, epoch=epoch)
        plan += [(first, epoch), *((index, None) for index in others)]
        if len(plan) >= num_batches:
            break

    def batch(number: int) -> tuple[Tensor, Tensor]:
        index, begun_epoch = plan[number]
        if begun_epoch is not None:
            # Epochs of the run count up from 0: these are draws that none of them has.
            inputs.begin_epoch(-1 - begun_epoch - repeat * num_batches)
        index = index.to(inputs.labels.device)
        return inputs.batch(index, training=True), inputs.labels[index]

    return batch


def _order(
    labels: Tensor, training: Training, *, batch_size: int, seed: int, epoch: int
) -> tuple[Tensor, ...]:
    if training.sampling == "balanced":
        return balanced_order(labels, batch_size=batch_size, seed=seed, epoch=epoch)
    return epoch_order(len(labels), batch_size=batch_size, seed=seed, epoch=epoch)


def _save(folder: Path, tests: tuple[RangeTest, ...]) -> None:
    (folder / "tests.json").write_text(json.dumps([dataclasses.asdict(test) for test in tests]))


def _load(folder: Path) -> tuple[RangeTest, ...]:
    return tuple(_test(values) for values in json.loads((folder / "tests.json").read_text()))


def _test(values: dict[str, Any]) -> RangeTest:
    curves: dict[str, Any] = {name: tuple(values.pop(name)) for name in ("rates", "losses", "smoothed")}
    return RangeTest(**curves, **values)
