"""Setting a phase up: what trains, on which inputs, with which optimizer at which rate."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from trainables.activations import activations
from trainables.auto_rate import shared_suggestion, suggest_rate, suggestion_key
from trainables.batches import ImageTensors
from trainables.clock import Clock
from trainables.config import RunConfig
from trainables.inputs import ActivationInputs, ImageInputs, Inputs
from trainables.network import Network
from trainables.optimizer import RatedGroup, freeze, make_optimizer, rated_groups, training_mode
from trainables.phases import AutoRate, Phase
from trainables.range_test import NoSuggestionError, Suggestion


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a run trains and on what.

    Attributes:
        network: Trained in place.
        train: Training split, on the network's device.
        val: Validation split, likewise.
        open_test: Opens the test split; called once, after the last epoch, where `measure_test` is set.
        data_key: Names the data's content.
        cache: The machine's cache folder, for activations and range tests.
    """

    network: Network
    train: ImageTensors
    val: ImageTensors
    open_test: Callable[[], ImageTensors]
    data_key: str
    cache: Path


@dataclass(frozen=True, kw_only=True)
class RunningPhase:
    """A phase that has been entered.

    Attributes:
        phase: The plan.
        module: What trains: the network, or its head alone.
        train: Training inputs of the module.
        val: Validation inputs of the module.
        groups: Depth groups with their shares of the rate, stem first.
        optimizer: Over the groups that train.
        lr: Peak rate of the last group.
        suggestion: What the range tests said, where this run asked for it.
        body_passes: Images that ran through the body before the first step.
    """

    phase: Phase
    module: nn.Module
    train: Inputs
    val: Inputs
    groups: tuple[RatedGroup, ...]
    optimizer: torch.optim.Optimizer
    lr: float
    suggestion: Suggestion | None
    body_passes: int


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """What a phase has before its rate is known; the fields of `RunningPhase`."""

    module: nn.Module
    train: Inputs
    val: Inputs
    groups: tuple[RatedGroup, ...]


def enter(
    phase: Phase, task: Task, *, config: RunConfig, clock: Clock, lr: float | None = None
) -> RunningPhase:
    """Enter a phase: freeze, cache, find the rate, make the optimizer.

    Args:
        phase: The phase to enter.
        task: Network and data.
        config: The run's settings.
        clock: Takes the seconds.
        lr: The peak rate that the phase had when its state was saved; None when it begins.

    Raises:
        NoSuggestionError: If the rate is "auto" and the range tests suggest none.
    """
    parts = _parts(phase, task, config=config, clock=clock)
    passes = len(task.train.labels) if phase.on == "activations" else 0
    suggestion = None
    if lr is None and isinstance(phase.lr, AutoRate):
        suggestion = _suggest(phase, task, parts, config=config, clock=clock)
        if suggestion.lr is None:
            raise NoSuggestionError(phase.name, suggestion)
        if phase.on == "images":
            passes += config.batch_size * sum(len(test.rates) for test in suggestion.tests)
        lr = suggestion.lr * phase.lr.times
    elif lr is None:
        assert not isinstance(phase.lr, AutoRate)
        lr = phase.lr
    return RunningPhase(
        phase=phase,
        module=parts.module,
        train=parts.train,
        val=parts.val,
        groups=parts.groups,
        optimizer=make_optimizer(dict(task.network.named_parameters()), parts.groups, lr=lr, config=config),
        lr=lr,
        suggestion=suggestion,
        body_passes=passes,
    )


def _parts(phase: Phase, task: Task, *, config: RunConfig, clock: Clock) -> _Parts:
    groups = rated_groups(task.network, phase)
    freeze(task.network, groups)
    if phase.on == "images":
        train, val = (ImageInputs(data=data, config=config) for data in (task.train, task.val))
        return _Parts(module=task.network, train=train, val=val, groups=groups)
    assert all(rated.share == 0 for rated in groups[:-1]), "below the head, activations would go stale"
    body, key, cache = task.network.body, task.data_key, task.cache
    of_train = activations(body, task.train, data_key=f"{key}/train", cache=cache)
    of_val = activations(body, task.val, data_key=f"{key}/val", cache=cache)
    clock.add_taken("features", of_train)
    clock.add("validation", of_val.own_seconds)
    clock.add("waiting", of_val.waiting_seconds)
    return _Parts(
        module=task.network.head,
        train=ActivationInputs(values=of_train.value, labels=task.train.labels),
        val=ActivationInputs(values=of_val.value, labels=task.val.labels),
        groups=groups,
    )


def _suggest(phase: Phase, task: Task, parts: _Parts, *, config: RunConfig, clock: Clock) -> Suggestion:
    """Return what range tests of the phase suggest, from the cache where another run has made them."""
    prefix = "" if parts.module is task.network else "head."

    def optimizer(copy: nn.Module) -> torch.optim.Optimizer:
        parameters = {prefix + name: parameter for name, parameter in copy.named_parameters()}
        return make_optimizer(parameters, parts.groups, lr=1.0, config=config)

    training_mode(parts.module)
    shares = tuple(rated.share for rated in parts.groups)
    key = suggestion_key(task.network, config=config, data_key=task.data_key, shares=shares, on=phase.on)
    taken = shared_suggestion(
        key,
        build=lambda: suggest_rate(parts.module, optimizer, parts.train, config=config),
        cache=task.cache,
    )
    clock.add_taken("range_test", taken)
    return taken.value
