"""An "auto" rate: repeated range tests on a copy, shared by the runs that would see the same."""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from trainables.config import RunConfig
from trainables.generators import seed_for
from trainables.identity import identity
from trainables.inputs.activations import weights_hash
from trainables.inputs.batches import in_batches
from trainables.inputs.inputs import Inputs
from trainables.inputs.sampling import training_order
from trainables.loop.sweep import NUM_STEPS, run_range_test
from trainables.networks.normalisation import Normalisation
from trainables.optim.losses import BatchLoss
from trainables.plan.training import Place, Training
from trainables.range_test import RangeTest, RuleName, Suggestion, combine
from trainables.sharing.cached import Cached, get_or_build
from trainables.sharing.versions import computed_by

KEY_VERSION = 4


def suggest_rate(
    module: nn.Module,
    make_optimizer: Callable[[nn.Module], torch.optim.Optimizer],
    inputs: Inputs,
    *,
    config: RunConfig,
    training: Training,
    loss: BatchLoss,
) -> Suggestion:
    """Return what `config.range_test_repeats` tests suggest; the module and its run are not touched.

    Args:
        module: What will be trained, in the mode in which it will be.
        make_optimizer: See `run_range_test`.
        inputs: The training split; it is cycled where it is short.
        config: Seed, batch size, number of repeats, rule.
        training: How it will be trained. Mixup is left out, and the module is not compiled.
        loss: Of a batch.
    """
    tests = tuple(
        run_range_test(
            module,
            make_optimizer,
            _batches(inputs, config, training, repeat),
            loss=loss,
            training=training,
            dropout_seed=seed_for(config.seed, "range_test_dropout", repeat),
        )
        for repeat in range(config.range_test_repeats)
    )
    return combine(tests, rule=config.range_test_rule)


def shared_suggestion(
    key: object, *, build: Callable[[], Suggestion], cache: Path, rule: RuleName
) -> Cached[Suggestion]:
    """Return the suggestion for `key` from the cache, or build it there.

    The cache has the curves; the rule is applied to them afterwards, so that a run with another rule shares them.
    """
    name = hashlib.sha256(identity((KEY_VERSION, key)).encode()).hexdigest()[:32]
    cached = get_or_build(cache / "range_tests" / name, build=lambda: build().tests, save=_save, load=_load)
    return Cached(
        value=combine(cached.value, rule=rule),
        own_seconds=cached.own_seconds,
        waiting_seconds=cached.waiting_seconds,
        shared_seconds=cached.shared_seconds,
    )


def suggestion_key(
    module: nn.Module,
    *,
    config: RunConfig,
    training: Training,
    data_key: str,
    normalisation: Normalisation,
    lr_scales: tuple[float, ...],
    on: Place,
) -> object:
    """Return everything that the curves depend on."""
    return (
        weights_hash(module),
        next(module.parameters()).device.type,
        torch.get_num_threads(),
        computed_by(),
        torch.are_deterministic_algorithms_enabled(),
        data_key,
        normalisation.values,
        lr_scales,
        on,
        config.seed,
        config.batch_size,
        config.range_test_repeats,
        # what no test does, or does otherwise than the run
        identity(replace(training.as_read(on), mixup=0.0, compile=False, reference_batch=None)),
    )


def images_tested(suggestion: Suggestion, num_images: int, *, config: RunConfig, training: Training) -> int:
    """Return how many images the tests have run through the module, each as often as it was seen.

    Args:
        suggestion: What the tests said.
        num_images: Images of the split.
        config: Batch size.
        training: Batches of a step.
    """
    sizes = [len(index) for index in in_batches(torch.arange(num_images), config.batch_size)]
    steps = [len(test.rates) + (test.ended == "not_finite") for test in suggestion.tests]
    return sum(sum(islice(cycle(sizes), num_steps * training.accumulate)) for num_steps in steps)


def _batches(
    inputs: Inputs, config: RunConfig, training: Training, repeat: int
) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Return the batches of one repeat by number: whole epochs one after another, in an order of their own."""
    seed = seed_for(config.seed, "range_test", repeat)
    num_batches = NUM_STEPS * training.accumulate
    plan: list[tuple[Tensor, int | None]] = []
    for epoch in range(num_batches):
        first, *others = training_order(
            inputs.labels, sampling=training.sampling, batch_size=config.batch_size, seed=seed, epoch=epoch
        )
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


def _save(folder: Path, tests: tuple[RangeTest, ...]) -> None:
    (folder / "tests.json").write_text(json.dumps([dataclasses.asdict(test) for test in tests]))


def _load(folder: Path) -> tuple[RangeTest, ...]:
    return tuple(_test(values) for values in json.loads((folder / "tests.json").read_text()))


def _test(values: dict[str, Any]) -> RangeTest:
    curves: dict[str, Any] = {name: tuple(values.pop(name)) for name in ("rates", "losses", "smoothed")}
    return RangeTest(**curves, **values)
