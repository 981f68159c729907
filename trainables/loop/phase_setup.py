"""Setting a phase up: what trains, on which inputs, with which optimizer at which rate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn

from trainables.compute.precision import compiled, gradient_scaler, memory_format
from trainables.config import RunConfig
from trainables.inputs.activations import activations
from trainables.inputs.images import ImageTensors, resized
from trainables.inputs.inputs import ActivationInputs, ImageInputs, Inputs
from trainables.loop.auto_rate import images_tested, shared_suggestion, suggest_rate, suggestion_key
from trainables.loop.clock import Clock
from trainables.networks.network import Network
from trainables.networks.normalisation import Normalisation
from trainables.optim.losses import BatchLoss, make_loss
from trainables.optim.optimizer import LrGroup, freeze, lr_groups, make_optimizer, training_mode
from trainables.plan.phases import AutoRate, Phase
from trainables.plan.training import Training
from trainables.range_test import NoSuggestionError, Suggestion
from trainables.schedules import scaled_rate


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a run trains and on what.

    Attributes:
        network: Trained in place.
        train: Training split, on the network's device.
        val: Validation split, likewise.
        open_test: Opens the test split; called once, after the last epoch, where `measure_test` is set.
        num_classes: Classes of the data, K.
        normalisation: What images are normalised by.
        data_key: Names the data's content.
        cache: The machine's cache folder, for activations and range tests.
    """

    network: Network
    train: ImageTensors
    val: ImageTensors
    open_test: Callable[[], ImageTensors]
    num_classes: int
    normalisation: Normalisation
    data_key: str
    cache: Path


@dataclass(kw_only=True)
class RunningPhase:
    """A phase that has been started.

    Attributes:
        phase: The plan.
        module: What trains: the network, or its head alone.
        train: Training inputs of the module.
        val: Validation inputs of the module.
        groups: Depth groups with the scales of their rates, stem first.
        loss: What is minimised.
        lr: Initial rate of the last group that trains.
        suggestion: What the range tests said, where this run asked for it.
        body_passes: Images that ran through the body before the first step.
        optimizer: Over the groups that train; a new one after a restart from the best state.
        scaler: Of float16's gradients.
        forward: The module, compiled where the phase asks for it.
    """

    phase: Phase
    module: nn.Module
    train: Inputs
    val: Inputs
    groups: tuple[LrGroup, ...]
    loss: BatchLoss
    lr: float
    suggestion: Suggestion | None
    body_passes: int
    optimizer: torch.optim.Optimizer
    scaler: torch.amp.GradScaler
    forward: Callable[[torch.Tensor], torch.Tensor]

    def renew_optimizer(self) -> None:
        """Begin with an optimizer that remembers nothing."""
        parameters, training = dict(self.module.named_parameters()), self.phase.training
        self.optimizer = make_optimizer(parameters, self.groups, lr=self.lr, training=training)
        self.scaler = gradient_scaler(training.precision, self.train.labels.device)


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """What a phase has before its rate is known; the fields of `RunningPhase`."""

    module: nn.Module
    train: Inputs
    val: Inputs
    groups: tuple[LrGroup, ...]
    loss: BatchLoss


def start_phase(
    phase: Phase,
    task: Task,
    *,
    config: RunConfig,
    clock: Clock,
    suggested: Mapping[str, float],
    lr: float | None = None,
) -> RunningPhase:
    """Start a phase: freeze, cache, find the rate, make the optimizer.

    Args:
        phase: The phase to start.
        task: Network and data.
        config: The run's settings.
        clock: Takes the seconds.
        suggested: Rates that range tests have suggested in this run, by phase.
        lr: The initial rate that the phase had when its state was saved; None when it begins.

    Raises:
        NoSuggestionError: If the rate is "auto" and the range tests suggest none.
    """
    parts, suggestion = _parts(phase, task, config=config, clock=clock), None
    if lr is None:
        lr, suggestion = _initial_lr(phase, task, parts, config=config, clock=clock, suggested=suggested)
    training = phase.training
    return RunningPhase(
        phase=phase,
        module=parts.module,
        train=parts.train,
        val=parts.val,
        groups=parts.groups,
        loss=parts.loss,
        lr=lr,
        suggestion=suggestion,
        body_passes=_body_passes(phase, len(task.train.labels), suggestion, config=config),
        optimizer=make_optimizer(
            dict(parts.module.named_parameters()), parts.groups, lr=lr, training=training
        ),
        scaler=gradient_scaler(training.precision, task.train.labels.device),
        forward=compiled(parts.module, training),
    )


def _initial_lr(
    phase: Phase,
    task: Task,
    parts: _Parts,
    *,
    config: RunConfig,
    clock: Clock,
    suggested: Mapping[str, float],
) -> tuple[float, Suggestion | None]:
    """Return the rate that a phase begins at, and what range tests said about it where they were run for it now."""
    if not isinstance(phase.lr, AutoRate):
        return given_rate(phase, config), None
    if phase.lr.tested_in is not None:
        return suggested[phase.lr.tested_in] * phase.lr.times, None
    suggestion = _suggest(phase, task, parts, config=config, clock=clock)
    if suggestion.lr is None:
        raise NoSuggestionError(phase.name, suggestion)
    return suggestion.lr * phase.lr.times, suggestion


def _body_passes(phase: Phase, num_images: int, suggestion: Suggestion | None, *, config: RunConfig) -> int:
    """Return how many images run through the body before a phase's first step."""
    if phase.on == "activations":
        return num_images * max(1, phase.training.activation_views)
    if suggestion is None:
        return 0
    return images_tested(suggestion, num_images, config=config, training=phase.training)


def given_rate(phase: Phase, config: RunConfig) -> float:
    """Return the initial rate of a phase that names one: scaled with the batch where the rate is for another."""
    assert not isinstance(phase.lr, AutoRate)
    if phase.training.reference_batch is None:
        return phase.lr
    images_per_step = config.batch_size * phase.training.accumulate
    return scaled_rate(
        phase.lr, images_per_step=images_per_step, reference_batch=phase.training.reference_batch
    )


def _parts(phase: Phase, task: Task, *, config: RunConfig, clock: Clock) -> _Parts:
    network, training = task.network, phase.training
    groups = lr_groups(network, phase)
    freeze(network, groups)
    network.dropout.p = training.dropout
    network.to(memory_format=memory_format(training.channels_last))
    loss = make_loss(training, task.train.labels, num_classes=task.num_classes)
    if phase.on == "images":
        return _Parts(
            module=network,
            train=ImageInputs(data=scaled(task.train, training), how=training, seed=config.seed),
            val=ImageInputs(data=task.val, how=training, seed=config.seed),
            groups=groups,
            loss=loss,
        )
    seed, key = config.seed, task.data_key
    of_train = activations(
        network.body, task.train, data_key=f"{key}/train", cache=task.cache, training=training, view_seed=seed
    )
    precise = replace(training, precision="float32")  # as validation is where a phase trains on images
    of_val = activations(network.body, task.val, data_key=f"{key}/val", cache=task.cache, training=precise)
    clock.add_cached("features", of_train)
    clock.add("validation", of_val.own_seconds)
    clock.add("waiting", of_val.waiting_seconds)
    return _Parts(
        module=network.classifier,
        train=ActivationInputs(values=of_train.value, labels=task.train.labels, seed=seed),
        val=ActivationInputs(values=of_val.value, labels=task.val.labels, seed=seed),
        groups=groups,
        loss=loss,
    )


def unfreezes(network: Network, before: Phase, phase: Phase) -> bool:
    """Return whether a phase trains parameters that the one before it did not."""
    trained_before, trained = (
        {
            name
            for lr_group in lr_groups(network, each)
            if lr_group.lr_scale
            for name in lr_group.group.parameters
        }
        for each in (before, phase)
    )
    return not trained <= trained_before


def scaled(train: ImageTensors, training: Training) -> ImageTensors:
    """Return the training images at the side that a phase trains on."""
    return resized(train, training_side(train.images.shape[1], training.image_scale))


def training_side(image_size: int, image_scale: float) -> int:
    """Return the side of the images that a phase trains on, in pixels: the scaled side, rounded, at least 1."""
    return max(1, round(image_size * image_scale))


def _suggest(phase: Phase, task: Task, parts: _Parts, *, config: RunConfig, clock: Clock) -> Suggestion:
    """Return what range tests of the phase suggest, from the cache where another run has made them."""
    training = phase.training

    def optimizer(copy: nn.Module) -> torch.optim.Optimizer:
        return make_optimizer(dict(copy.named_parameters()), parts.groups, lr=1.0, training=training)

    training_mode(parts.module, batch_norm=training.batch_norm)
    key = suggestion_key(
        task.network,
        config=config,
        training=training,
        data_key=task.data_key,
        normalisation=task.normalisation,
        lr_scales=tuple(lr_group.lr_scale for lr_group in parts.groups),
        on=phase.on,
    )
    cached = shared_suggestion(
        key,
        build=lambda: suggest_rate(
            parts.module, optimizer, parts.train, config=config, training=training, loss=parts.loss
        ),
        cache=task.cache,
        rule=config.range_test_rule,
    )
    clock.add_cached("range_test", cached)
    return cached.value
