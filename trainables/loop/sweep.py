"""The learning-rate range test: raise the rate from very low until the loss gets worse, and keep the curve."""

import copy
import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from trainables.compute.precision import autocast, gradient_scaler
from trainables.optim.losses import BatchLoss, TrainingLoss
from trainables.optim.optimizer import set_rates, update_weights
from trainables.plan.training import Training
from trainables.range_test.curve import CurveEnd, RangeTest

LOWEST = 1e-6
HIGHEST = 10.0
NUM_STEPS = 100
SMOOTHING = 0.9
STOP_AT = 4.0
PLAIN = Training()
CROSS_ENTROPY = TrainingLoss(kind="cross_entropy", label_smoothing=0.0, weights=None)


def ramp(step: int, *, num_steps: int = NUM_STEPS, lowest: float = LOWEST, highest: float = HIGHEST) -> float:
    """Return the base rate at `step`: geometric from `lowest` to `highest`, 0 <= step < num_steps."""
    rate: float = lowest * (highest / lowest) ** (step / (num_steps - 1))
    return rate


def run_range_test(
    module: nn.Module,
    make_optimizer: Callable[[nn.Module], torch.optim.Optimizer],
    batches: Callable[[int], tuple[Tensor, Tensor]],
    *,
    loss: BatchLoss = CROSS_ENTROPY,
    training: Training = PLAIN,
    dropout_seed: int = 0,
    num_steps: int = NUM_STEPS,
) -> RangeTest:
    """Run one test on a copy of `module`, which itself is left as it is, like the global random state.

    Args:
        module: What will be trained, in the mode in which it will be.
        make_optimizer: Builds an optimizer for the copy. Each group's "initial_lr" is its ratio to the base rate, so
            that the groups keep their ratios.
        batches: Returns inputs and labels of a batch, counted from 0.
        loss: Of a batch.
        training: Execution, batches of a step, clipping.
        dropout_seed: Seed of what the module itself draws.
        num_steps: Steps from the lowest rate to the highest.

    Source: Smith (2017). The ramp is geometric, as in fastai. The test ends when a loss is not finite, or when
    the smoothed loss is above 4 times its minimum (fastai) and above its start, too: a loss that fell to a
    hundredth may rise fourfold by chance.
    """
    copied = _Copy(module, make_optimizer, loss=loss, training=training)
    rates: list[float] = []
    losses: list[float] = []
    smoothed: list[float] = []
    ended: CurveEnd = "highest"
    mean = 0.0
    with torch.random.fork_rng(devices=_devices(module)):
        torch.manual_seed(dropout_seed)
        for step in range(num_steps):
            first = step * training.accumulate
            value = copied.loss([batches(first + part) for part in range(training.accumulate)])
            if not math.isfinite(value):
                ended = "not_finite"
                break
            mean = SMOOTHING * mean + (1 - SMOOTHING) * value
            rates.append(ramp(step, num_steps=num_steps))
            losses.append(value)
            smoothed.append(mean / (1 - SMOOTHING ** (step + 1)))
            if smoothed[-1] > max(STOP_AT * min(smoothed), smoothed[0]):
                ended = "exploded"
                break
            copied.update(rates[-1])
    return RangeTest(rates=tuple(rates), losses=tuple(losses), smoothed=tuple(smoothed), ended=ended)


def _devices(module: nn.Module) -> list[torch.device]:
    devices = {p.device for p in module.parameters() if p.device.type == "cuda"}
    return sorted(devices, key=str)


class _Copy:
    """A copy of a module that is thrown away: does what an epoch of training does in a step, at a given base rate."""

    def __init__(
        self,
        module: nn.Module,
        make_optimizer: Callable[[nn.Module], torch.optim.Optimizer],
        *,
        loss: BatchLoss,
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
