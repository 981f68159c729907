"""Linear heads trained on activations, by their gradient's closed form: one, or many on the same batches at once.

The gradient of a linear layer under a softmax (or sigmoid) loss is the error times the input. Written out, a step is
ten small operations, where PyTorch's loop of forward, backward and optimizer takes some sixty; and heads that see the
same batches are one matrix, so that sixteen small ones cost about twice as much as one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trainables.optim.losses import TrainingLoss
from trainables.optim.optimizer import set_rates

OPTIMIZERS = ("sgd", "momentum", "nag")
"""Names of the optimizers whose step is written out here, as in `trainables.plan.training.Training`."""


@dataclass(frozen=True, kw_only=True)
class HeadInTraining:
    """A head and its optimizer, which keeps the momentum and is left as it would be after steps of its own.

    Attributes:
        head: Features (N, F) to logits (N, K).
        optimizer: PyTorch's SGD over the head's parameters, with the groups of `make_optimizer`.
        factors: Rate of each step as a fraction of the groups' initial one.
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
        Logits of every image just before the step that it is used in, (K, H, N): images last, for a softmax or a
        maximum over the classes is several times faster so on a CPU.

    Source: Bishop (2006), eq. 4.109, for the gradient; the steps are those of `torch.optim.SGD`.
    """
    stack = _Stack(heads)
    num_heads, num_classes = len(heads), heads[0].head.out_features
    inputs = features if heads[0].head.bias is None else F.pad(features, (0, 1), value=1.0)
    logits = inputs.new_empty(num_classes, num_heads, len(inputs))
    targets = loss.targets(labels, num_classes).T[:, None]
    shares = torch.cat([loss.shares(part) for part in labels.split(list(sizes))])
    parts = (tensor.split(list(sizes), dim=-1) for tensor in (inputs.T, logits, targets, shares))
    for rate, batch, outputs, target, share in zip(stack.rates, *parts, strict=True):
        torch.mm(stack.weights, batch, out=outputs.view(num_classes * num_heads, -1))
        predicted = outputs.softmax(0) if loss.kind == "cross_entropy" else outputs.sigmoid()
        stack.step(rate, predicted.sub_(target).mul_(share).view(num_classes * num_heads, -1), batch.T)
    stack.write_back()
    return logits


class _Stack:
    """The weights of all heads as one matrix, (K * H, F), and their momentum; heads' rows of a class are neighbours.

    A bias is the weight of a last feature that is always 1.

    Attributes:
        weights: The matrix.
        rates: Of each step: those of all rows, (K * H, 1).
    """

    def __init__(self, heads: Sequence[HeadInTraining]) -> None:
        self._heads = heads
        self._num_classes = heads[0].head.out_features
        self.weights = self._of_all(lambda each, parameter: parameter.detach())
        self._velocity = self._of_all(_momentum_of)
        groups = [each.optimizer.param_groups[0] for each in heads]
        self._nesterov = bool(groups[0]["nesterov"])
        (self._momentum,) = self._by_row(torch.tensor([[group["momentum"] for group in groups]]))
        initial_lrs = torch.tensor([group["initial_lr"] for group in groups], dtype=torch.float64)
        factors = torch.tensor([list(each.factors) for each in heads], dtype=torch.float64)
        self.rates = self._by_row(initial_lrs * factors.T)
        group_of = {
            parameter: group
            for each in heads
            for group in each.optimizer.param_groups
            for parameter in group["params"]
        }
        self._decay = self._option("weight_decay", group_of)
        self._shrink = self._option("shrink", group_of)

    def step(self, rate: Tensor, errors: Tensor, batch: Tensor) -> None:
        """Take a step along the gradient, given d loss / d logits, (K * H, B), and inputs, (B, F)."""
        velocity, weights = self._velocity, self.weights
        if self._nesterov:
            gradient = errors @ batch
            if self._decay is not None:
                gradient.addcmul_(weights, self._decay)
            velocity.mul_(self._momentum).add_(gradient)
            along = gradient.add_(velocity * self._momentum)
        else:
            along = velocity.mul_(self._momentum).addmm_(errors, batch)
            if self._decay is not None:
                along.addcmul_(weights, self._decay)
        if self._shrink is not None:
            weights.addcmul_(weights * self._shrink, rate, value=-1)
        weights.addcmul_(along, rate, value=-1)

    def write_back(self) -> None:
        """Give the heads their weights and their optimizers the momentum and the last rates."""
        shape = (self._num_classes, len(self._heads), -1)
        weights, velocity = (rows.view(shape).transpose(0, 1) for rows in (self.weights, self._velocity))
        for parameters, columns in self._columns():
            torch._foreach_copy_(parameters, [*weights[:, :, columns].reshape(-1, *parameters[0].shape)])
            buffers = velocity[:, :, columns].reshape(-1, *parameters[0].shape).clone()
            for each, parameter, buffer in zip(self._heads, parameters, buffers, strict=True):
                if each.optimizer.param_groups[0]["momentum"]:
                    each.optimizer.state[parameter]["momentum_buffer"] = buffer
        for each in self._heads:
            set_rates(each.optimizer, each.factors[-1])

    def _columns(self) -> list[tuple[list[Tensor], slice]]:
        """Return weights and biases of all heads with their columns in the matrix."""
        head = self._heads[0].head
        found: list[tuple[list[Tensor], slice]] = [
            ([each.head.weight for each in self._heads], slice(0, head.in_features))
        ]
        if head.bias is not None:
            found.append(([each.head.bias for each in self._heads], slice(head.in_features, None)))
        return found

    def _of_all(self, value: Callable[[HeadInTraining, Tensor], Tensor]) -> Tensor:
        """Return a value of every weight of every head, (K * H, F), that of a bias last."""
        parts = [
            torch.stack([value(*pair) for pair in zip(self._heads, parameters, strict=True)], 1)
            for parameters, _ in self._columns()
        ]
        return torch.cat([part.view(len(self._heads) * self._num_classes, -1) for part in parts], 1)

    def _by_row(self, values: Tensor) -> Sequence[Tensor]:
        """Return what is given for every head, several times (S, H), as columns with a value for every row."""
        return values.to(self.weights).repeat(1, self._num_classes)[:, :, None].unbind()

    def _option(self, name: str, group_of: Mapping[Tensor, Mapping[str, Any]]) -> Tensor | None:
        """Return an option of the optimizers' groups for every weight, (K * H, F); None where it is 0 for all."""
        values = [
            ([group_of[parameter][name] for parameter in parameters], columns)
            for parameters, columns in self._columns()
        ]
        if not any(any(of_heads) for of_heads, _ in values):
            return None
        found = torch.zeros_like(self.weights)
        for of_heads, columns in values:
            found[:, columns] = found.new_tensor(of_heads).repeat(self._num_classes)[:, None]
        return found


def _momentum_of(each: HeadInTraining, parameter: Tensor) -> Tensor:
    """Return the optimizer's momentum; 0 before its first step."""
    kept: Tensor | None = each.optimizer.state.get(parameter, {}).get("momentum_buffer")
    return torch.zeros_like(parameter) if kept is None else kept
