"""The optimizer of a phase: real rates for every depth group, decay for weights only."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from trainables.networks.depth_groups import DepthGroup, decays, depth_groups
from trainables.plan.phases import Phase
from trainables.plan.training import Training


@dataclass(frozen=True, kw_only=True)
class LrGroup:
    """A depth group in a phase.

    Attributes:
        group: Its name and its parameters.
        lr_scale: Ratio of its rate to the phase's: 1 for the last group that trains, 0 where it is frozen.
        decayed: Those of its parameters that have weight decay.
    """

    group: DepthGroup
    lr_scale: float
    decayed: frozenset[str]


def lr_groups(network: nn.Module, phase: Phase) -> tuple[LrGroup, ...]:
    """Return the depth groups of a phase, stem first, with the scales of their rates.

    Ratios are spread over the depth of the whole network, whichever part of it trains.
    """
    groups = depth_groups(network, phase.layers.grouping)
    rates = group_rates(
        len(groups), lr=1.0, stem_to_head=phase.layers.stem_to_head, layer_decay=phase.layers.layer_decay
    )
    first, last = (_position(index, len(groups)) for index in (phase.first_group, phase.last_group))
    return tuple(
        LrGroup(
            group=group,
            lr_scale=rate / rates[last] if first <= index <= last else 0.0,
            decayed=frozenset(name for name in group.parameters if decays(network, name)),
        )
        for index, (group, rate) in enumerate(zip(groups, rates, strict=True))
    )


def group_rates(
    num_groups: int, *, lr: float, stem_to_head: float = 1.0, layer_decay: float | None = None
) -> tuple[float, ...]:
    """Return the rate of every depth group, stem first. The last is `lr`.

    Args:
        num_groups: Number of depth groups.
        lr: Rate of the last group.
        stem_to_head: Ratio of the first group's rate to the last's, spread geometrically over normalised
            depth, so that it means the same on networks of any depth.
        layer_decay: Ratio of each group's rate to the next one's, instead of `stem_to_head`.

    Raises:
        ValueError: If a value is not positive and finite, or if both ratios are given.
    """
    if num_groups < 1:
        raise ValueError(f"num_groups must be at least 1, got {num_groups}.")
    for field, value in (("lr", lr), ("stem_to_head", stem_to_head), ("layer_decay", layer_decay)):
        if value is not None and not (math.isfinite(value) and value > 0):
            raise ValueError(f"{field} must be positive and finite, got {value}.")
    from_last = range(num_groups - 1, -1, -1)
    if layer_decay is None:
        return tuple(lr * stem_to_head ** (k / max(num_groups - 1, 1)) for k in from_last)
    if stem_to_head != 1.0:
        raise ValueError(
            f"stem_to_head ({stem_to_head}) and layer_decay ({layer_decay}) exclude each other; set one."
        )
    return tuple(lr * layer_decay**k for k in from_last)


def _position(index: int, num_groups: int) -> int:
    """Return the place of a group that a phase names; what lies before the stem is the stem."""
    if index >= num_groups:
        raise ValueError(f"depth group {index} does not exist: the network has {num_groups}, counted from 0")
    return index if index >= 0 else max(0, num_groups + index)


_MAKERS: Mapping[str, Callable[[list[dict[str, Any]], Training, bool], torch.optim.Optimizer]] = {
    "sgd": lambda groups, training, fused: torch.optim.SGD(groups, fused=fused),
    "momentum": lambda groups, training, fused: torch.optim.SGD(
        groups, momentum=training.momentum, fused=fused
    ),
    "nag": lambda groups, training, fused: torch.optim.SGD(
        groups, momentum=training.momentum, nesterov=True, fused=fused
    ),
    "adagrad": lambda groups, training, fused: torch.optim.Adagrad(groups, fused=fused),
    "adadelta": lambda groups, training, fused: torch.optim.Adadelta(groups),
    "adam": lambda groups, training, fused: torch.optim.Adam(groups, fused=fused),
    "adamw": lambda groups, training, fused: torch.optim.AdamW(groups, fused=fused),
}
"""Optimizers by name; fused, a step is one operation for all parameters of a group, if PyTorch has that."""


def make_optimizer(
    parameters: Mapping[str, nn.Parameter],
    groups: tuple[LrGroup, ...],
    *,
    lr: float,
    training: Training,
) -> torch.optim.Optimizer:
    """Return an optimizer over the groups that train.

    Args:
        parameters: The network's parameters by qualified name, or a copy's.
        groups: From `lr_groups`.
        lr: Rate of the last group that trains.
        training: Which optimizer, momentum and decay.

    Returns:
        An optimizer whose parameter groups carry "name" (of the depth group), "initial_lr" (its rate where the
        schedule's factor is 1) and "shrink" (coefficient of decoupled decay, applied before each step). A depth group
        has up to two: its weights, and its biases and norms, which have no decay.
    """
    param_groups = []
    for lr_group in groups:
        if not lr_group.lr_scale:
            continue
        for has_decay in (True, False):
            params = [
                parameters[n] for n in lr_group.group.parameters if (n in lr_group.decayed) is has_decay
            ]
            decay = training.weight_decay if has_decay else 0.0
            if params:
                param_groups.append(
                    {
                        "params": params,
                        "name": lr_group.group.name,
                        "initial_lr": lr_group.lr_scale * lr,
                        "lr": lr_group.lr_scale * lr,
                        "weight_decay": 0.0 if training.decoupled else decay,
                        "shrink": decay if training.decoupled else 0.0,
                    }
                )
    optimizer = _MAKERS[training.optimizer](param_groups, training, _fuses(param_groups, training))
    if training.decoupled:
        optimizer.register_step_pre_hook(_shrink_weights)
    return optimizer


def _fuses(param_groups: list[dict[str, Any]], training: Training) -> bool:
    """Return whether steps are fused: on the CPU, where small networks spend a good part of them on single updates.

    With float16's scaler a fused step is taken, and its hooks are called, whatever the gradients are; so not then.
    """
    on_cpu = all(parameter.device.type == "cpu" for group in param_groups for parameter in group["params"])
    return on_cpu and training.precision != "float16"


@torch.no_grad()
def _shrink_weights(optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
    """Apply one step of decoupled weight decay, before the optimizer's own: multiply weights by 1 - rate * coefficient.

    As a hook it is left out together with the step where float16's gradients were not finite.

    Source: Loshchilov & Hutter (2019), algorithms 1 and 2, line 9; as in PyTorch's AdamW before its update.
    """
    for group in optimizer.param_groups:
        if group["shrink"]:
            torch._foreach_mul_(group["params"], 1 - group["lr"] * group["shrink"])


def set_rates(optimizer: torch.optim.Optimizer, factor: float) -> None:
    """Set every group's rate to `factor` of its initial one."""
    for group in optimizer.param_groups:
        group["lr"] = group["initial_lr"] * factor


def update_weights(
    optimizer: torch.optim.Optimizer, scaler: torch.amp.GradScaler, *, clip_norm: float | None
) -> None:
    """Take a step along the gradients that have been added up, clipped to `clip_norm` where one is given."""
    if clip_norm is not None:
        scaler.unscale_(optimizer)
        trained = [p for group in optimizer.param_groups for p in group["params"]]
        torch.nn.utils.clip_grad_norm_(trained, clip_norm)
    scaler.step(optimizer)
    scaler.update()


def freeze(network: nn.Module, groups: tuple[LrGroup, ...]) -> None:
    """Let exactly the groups that train have gradients."""
    parameters = dict(network.named_parameters())
    for lr_group in groups:
        for name in lr_group.group.parameters:
            parameters[name].requires_grad_(lr_group.lr_scale > 0)


def training_mode(network: nn.Module, *, batch_norm: str = "fixed") -> None:
    """Put the network into training mode, and every part of it that is frozen as a whole into evaluation mode.

    `requires_grad=False` does not stop a norm's running statistics, nor the dropout and stochastic depth of a frozen
    block, and `train()` undoes `eval()`.

    Args:
        network: What trains, its frozen parameters without gradients.
        batch_norm: "update" leaves the frozen norms in training mode.
    """
    network.train()
    for module in network.modules():
        parameters = list(module.parameters())
        if parameters and not any(p.requires_grad for p in parameters):
            module.eval()
    if batch_norm == "update":
        for module in network.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.train()
