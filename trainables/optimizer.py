"""The optimizer of a phase: real rates for every depth group, decay for weights only."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn

from trainables.config import RunConfig
from trainables.depth import DepthGroup, decays, depth_groups, group_rates
from trainables.phases import Phase


@dataclass(frozen=True, kw_only=True)
class RatedGroup:
    """A depth group in a phase.

    Attributes:
        group: Its name and its parameters.
        share: Its share of the phase's rate: 1 for the last group, 0 where it is frozen.
        decayed: Those of its parameters that have weight decay.
    """

    group: DepthGroup
    share: float
    decayed: frozenset[str]


def rated_groups(network: nn.Module, phase: Phase) -> tuple[RatedGroup, ...]:
    """Return the depth groups of a phase, stem first, with their shares of its rate."""
    groups = depth_groups(network, phase.layers.grouping)
    shares = group_rates(
        len(groups), lr=1.0, stem_to_head=phase.layers.stem_to_head, layer_decay=phase.layers.layer_decay
    )
    first = range(len(groups))[phase.first_group]
    return tuple(
        RatedGroup(
            group=group,
            share=share if index >= first else 0.0,
            decayed=frozenset(name for name in group.parameters if decays(network, name)),
        )
        for index, (group, share) in enumerate(zip(groups, shares, strict=True))
    )


def make_optimizer(
    parameters: Mapping[str, nn.Parameter], groups: tuple[RatedGroup, ...], *, lr: float, config: RunConfig
) -> torch.optim.SGD:
    """Return SGD over the groups that train.

    Args:
        parameters: The network's parameters by qualified name, or a copy's.
        groups: From `rated_groups`.
        lr: Peak rate of the last group.
        config: Momentum and decay.

    Returns:
        An optimizer whose parameter groups carry "name" (of the depth group) and "peak" (its peak rate). A
        depth group has up to two: its weights, and its biases and norms, which have no decay.
    """
    param_groups = []
    for rated in groups:
        if not rated.share:
            continue
        for has_decay in (True, False):
            params = [parameters[n] for n in rated.group.parameters if (n in rated.decayed) is has_decay]
            if params:
                param_groups.append(
                    {
                        "params": params,
                        "name": rated.group.name,
                        "peak": rated.share * lr,
                        "lr": rated.share * lr,
                        "weight_decay": config.weight_decay if has_decay else 0.0,
                    }
                )
    return torch.optim.SGD(param_groups, momentum=config.momentum, nesterov=config.nesterov)


def set_rates(optimizer: torch.optim.Optimizer, factor: float) -> None:
    """Set every group's rate to `factor` of its peak."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * factor


def freeze(network: nn.Module, groups: tuple[RatedGroup, ...]) -> None:
    """Let exactly the groups that train have gradients."""
    parameters = dict(network.named_parameters())
    for rated in groups:
        for name in rated.group.parameters:
            parameters[name].requires_grad_(rated.share > 0)


def training_mode(network: nn.Module) -> None:
    """Put the network into training mode, and what is frozen into evaluation mode.

    `requires_grad=False` does not stop a norm's running statistics, and `train()` undoes `eval()`.
    """
    network.train()
    for module in network.modules():
        own = list(module.parameters(recurse=False))
        if own and not any(p.requires_grad for p in own):
            module.eval()
