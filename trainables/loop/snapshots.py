"""Networks of the latest cycle ends: an ensemble of their predictions, an average of their weights."""

import copy
from collections import deque
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from trainables.inputs.inputs import Inputs, logits
from trainables.loop.scoring import probabilities_of

State = Mapping[str, Tensor]


class Snapshots:
    """The networks at the latest cycle ends, so many at most, on the CPU; none where the limit is 0.

    Source: Huang et al. (2017), snapshot ensembles; Izmailov et al. (2018), averaged weights.
    """

    def __init__(self, limit: int) -> None:
        self._kept: deque[tuple[int, State]] = deque(maxlen=limit)

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, network: nn.Module, *, epoch: int) -> None:
        """Keep a copy of the network as it is at the end of `epoch`; the oldest goes where there are too many."""
        if self._kept.maxlen:
            state = {name: value.detach().cpu().clone() for name, value in network.state_dict().items()}
            self._kept.append((epoch, state))

    def forget_after(self, epoch: int) -> None:
        """Drop the networks of later epochs: the run has gone back to `epoch`."""
        while self._kept and self._kept[-1][0] > epoch:
            self._kept.pop()

    def state(self) -> list[dict[str, Any]]:
        """Return the kept networks with their epochs, the oldest first; they are never written to."""
        return [{"epoch": epoch, "network": dict(state)} for epoch, state in self._kept]

    def load(self, states: list[dict[str, Any]]) -> None:
        """Go on from what `state` returned."""
        self._kept.clear()
        self._kept.extend((state["epoch"], state["network"]) for state in states)

    def probabilities(self, network: nn.Module, inputs: Inputs) -> Tensor:
        """Return the mean of the kept networks' probabilities, (N, K).

        Args:
            network: Takes the states in turn on a copy, and stays as it is.
            inputs: The split.
        """
        member = copy.deepcopy(network)
        total: Tensor | None = None
        for _, state in self._kept:
            member.load_state_dict(state)
            each = probabilities_of(logits(member, inputs), inputs.labels)
            total = each if total is None else total + each
        assert total is not None, "no cycle has ended"
        return total / len(self._kept)

    def average(self, network: nn.Module, train: Inputs, *, batches: tuple[Tensor, ...]) -> nn.Module:
        """Return a copy of the network with the mean of the kept weights.

        The running statistics of norms that train are estimated anew on the training batches, since means of
        statistics are not the statistics of a mean (Izmailov et al., 2018, section 3.2).

        Args:
            network: The last network; its frozen parts are known by their missing gradients.
            train: Training inputs.
            batches: Image indices of each batch of one epoch.
        """
        averaged = copy.deepcopy(network)
        means = {
            name: torch.stack([state[name] for _, state in self._kept]).mean(0)
            if value.is_floating_point()
            else value
            for name, value in self._kept[-1][1].items()
        }
        averaged.load_state_dict(means)
        _estimate_statistics(averaged, train, batches)
        return averaged


@torch.no_grad()
def _estimate_statistics(network: nn.Module, train: Inputs, batches: tuple[Tensor, ...]) -> None:
    """Replace the running statistics of norms that train by their means over the batches."""
    network.eval()
    norms = [
        module
        for module in network.modules()
        if isinstance(module, nn.modules.batchnorm._BatchNorm)
        and any(p.requires_grad for p in module.parameters(recurse=False))
    ]
    if not norms:
        return
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over all batches
        norm.train()
    for index in batches:
        network(train.batch(index.to(train.labels.device), training=True))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    network.eval()
