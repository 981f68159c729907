"""The copy that a range test trains: what an epoch of training does in a step, at a given base rate."""

import copy
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from trainables.compute.precision import autocast, gradient_scaler
from trainables.optim.losses import TrainingLoss
from trainables.optim.optimizer import set_rates, update_weights
from trainables.plan.training import Training


class Trial:
    """A copy of a module that is trained and thrown away."""

    def __init__(
        self,
        module: nn.Module,
        make_optimizer: Callable[[nn.Module], torch.optim.Optimizer],
        *,
        loss: TrainingLoss,
        training: Training,
    ) -> None:
        self._module = copy.deepcopy(module)
        self._optimizer = make_optimizer(self._module)
        self._loss = loss
        self._training = training
        self._device = next(module.parameters()).device
        self._scaler = gradient_scaler(training.precision, self._device)

    def loss(self, parts: Sequence[tuple[Tensor, Tensor]]) -> float:
        """Return the mean loss of a step's batches, and leave its gradients for `update`."""
        self._optimizer.zero_grad()
        weights = [self._loss.weight(labels) for _, labels in parts]
        step_weight = sum(weights)
        total = 0.0
        for (inputs, labels), weight in zip(parts, weights, strict=True):
            with autocast(self._training.precision, self._device):
                outputs = self._module(inputs).float()
            share = self._loss(outputs, labels) * (weight / step_weight)
            self._scaler.scale(share).backward()
            total += share.item()
        return total

    def update(self, base_rate: float) -> None:
        """Take the step at `base_rate`, each group at its share of it."""
        set_rates(self._optimizer, base_rate)
        update_weights(self._optimizer, self._scaler, clip_norm=self._training.clip_norm)
