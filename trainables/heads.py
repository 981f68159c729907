"""Linear heads trained on activations, by their gradient's closed form: one, or many on the same batches at once.

The gradient of a linear layer under a softmax (or sigmoid) loss is the error times the input. Written out, a step is
ten small operations, where PyTorch's loop of forward, backward and optimizer takes some sixty; and heads that see the
same batches are one matrix, so that sixteen of them cost little more than one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trainables.losses import TrainingLoss

OPTIMIZERS = ("sgd", "momentum", "nag")
"""Names of the optimizers whose step is written out here, as in `trainables.training.Training`."""


@dataclass(frozen=True, kw_only=True)
class HeadInTraining:
    """A head and its optimizer, which keeps the momentum and is left as it would be after steps of its own.

    Attributes:
        head: Features (N, F) to logits (N, K).
        optimizer: PyTorch's SGD over the head's parameters, with the groups of `make_optimizer`.
        factors: Rate of each step as a fraction of the groups' peak.
    """

    head: nn.Linear
    optimizer: torch.optim.Optimizer
    factors: Sequence[float]


@torch.no_grad()
def train_heads(
    heads: Sequence[HeadInTraining],
    features: Tensor,
    labels: Tensor,
    *,
    sizes: Sequence[int],
    loss: TrainingLoss,
) -> Tensor:
    """Take a step of all heads on each batch in turn; the heads differ in weights, rates, momentum and decay.

    Args:
        heads: Of the same shape, one or more.
        features: Inputs of all steps, (N, F), one batch after another.
        labels: Their labels, (N,).
        sizes: Images of each step; they sum to N.
        loss: What is minimised.

    Returns:
        Logits of every image just before the step that it is used in, (H, N, K).

    Source: Bishop (2006), eq. 4.109, for the gradient; the steps are those of `torch.optim.SGD`.
    """
    stack = _Stack(heads)
    num_classes = heads[0].head.out_features
    inputs = features if heads[0].head.bias is None else F.pad(features, (0, 1), value=1.0)
    logits = inputs.new_empty(len(inputs), len(heads) * num_classes)
    targets = loss.targets(labels, num_classes).repeat(1, len(heads))
    shares = torch.cat([loss.shares(part) for part in labels.split(list(sizes))])[:, None]
    parts = (tensor.split(list(sizes)) for tensor in (inputs, logits, targets, shares))
    for step, (batch, outputs, target, share) in enumerate(zip(*parts, strict=True)):
        torch.mm(batch, stack.weights.T, out=outputs)
        by_head = outputs.view(len(batch), len(heads), num_classes)
        errors = by_head.softmax(2) if loss.kind == "cross_entropy" else by_head.sigmoid()
        stack.step(step, errors.view(outputs.shape).sub_(target).mul_(share), batch)
    stack.write_back()
    return logits.view(len(inputs), len(heads), num_classes).transpose(0, 1)


class _Stack:
    """The weights of all heads as one matrix, (H * K, F), and their momentum; a row has a rate of its own.

    A bias is the weight of a last feature that is always 1. One head has plain numbers for its rates, which is faster
    than rows of one value.
    """

    def __init__(self, heads: Sequence[HeadInTraining]) -> None:
        self._heads = heads
        self.weights = torch.cat([_as_rows(each, lambda parameter: parameter) for each in heads])
        self._velocity = torch.cat([_as_rows(each, partial(_momentum_of, each.optimizer)) for each in heads])
        groups = [each.optimizer.param_groups for each in heads]
        self._nesterov = bool(groups[0][0]["nesterov"])
        self._momentum = self._rows([own[0]["momentum"] for own in groups])
        self._rates = [
            self._rows([own[0]["peak"] * factor for own, factor in zip(groups, factors, strict=True)])
            for factors in zip(*(each.factors for each in heads), strict=True)
        ]
        self._decay = self._of_weights("weight_decay")
        self._shrink = self._of_weights("shrink")

    def step(self, number: int, errors: Tensor, batch: Tensor) -> None:
        """Take a step along the gradient, given d loss / d logits, (B, H * K)."""
        rate = self._rates[number]
        if self._decay is None and not self._nesterov:
            self._velocity.mul_(self._momentum).addmm_(errors.T, batch)
            along = self._velocity
        else:
            gradient = errors.T @ batch
            if self._decay is not None:
                gradient.addcmul_(self.weights, self._decay)
            self._velocity.mul_(self._momentum).add_(gradient)
            along = gradient.add_(self._velocity * self._momentum) if self._nesterov else self._velocity
        if self._shrink is not None:
            self.weights.sub_(self.weights * self._shrink * rate)
        self.weights.sub_(along * rate)

    def write_back(self) -> None:
        """Give the heads their weights and their optimizers the momentum and the last rates."""
        num_classes = self._heads[0].head.out_features
        rows = zip(self.weights.split(num_classes), self._velocity.split(num_classes), strict=True)
        for each, (weights, velocity) in zip(self._heads, rows, strict=True):
            for parameter, columns in _columns(each.head):
                parameter.copy_(weights[:, columns].view(parameter.shape))
                if each.optimizer.param_groups[0]["momentum"]:
                    buffer = velocity[:, columns].reshape(parameter.shape).clone()
                    each.optimizer.state[parameter]["momentum_buffer"] = buffer
            for group in each.optimizer.param_groups:
                group["lr"] = group["peak"] * each.factors[-1]

    def _rows(self, values: list[float]) -> Tensor | float:
        """Return a value for each head as a column that has it in all rows of the head."""
        if len(values) == 1:
            return values[0]
        num_classes = self._heads[0].head.out_features
        return self.weights.new_tensor(values).repeat_interleave(num_classes)[:, None]

    def _of_weights(self, option: str) -> Tensor | None:
        """Return an option of the optimizers' groups for every weight, (H * K, F); None where it is 0 for all."""
        found = torch.cat(
            [_as_rows(each, partial(_option_of, each.optimizer, option)) for each in self._heads]
        )
        return found if bool(found.any()) else None


def _columns(head: nn.Linear) -> list[tuple[nn.Parameter, slice]]:
    """Return the head's parameters with their columns in the stack."""
    weights = (head.weight, slice(0, head.in_features))
    return [weights] if head.bias is None else [weights, (head.bias, slice(-1, None))]


def _as_rows(each: HeadInTraining, value: Callable[[nn.Parameter], Tensor]) -> Tensor:
    """Return a value of every weight of a head, (K, F), that of the bias last."""
    return torch.cat(
        [value(parameter).view(each.head.out_features, -1) for parameter, _ in _columns(each.head)], 1
    )


def _option_of(optimizer: torch.optim.Optimizer, option: str, parameter: nn.Parameter) -> Tensor:
    """Return an option of a parameter's group, for every weight of it."""
    groups = (group for group in optimizer.param_groups if any(parameter is each for each in group["params"]))
    return torch.full_like(parameter, next(groups)[option])


def _momentum_of(optimizer: torch.optim.Optimizer, parameter: nn.Parameter) -> Tensor:
    """Return the optimizer's momentum; 0 before its first step."""
    kept: Tensor | None = optimizer.state.get(parameter, {}).get("momentum_buffer")
    return torch.zeros_like(parameter) if kept is None else kept
