"""An epoch of a linear head on activations, without a backward pass. The other epochs are `trainables.loop.epoch`'s."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from trainables.config import RunConfig
from trainables.inputs.inputs import GATHERED
from trainables.loop.epoch import Trained, batches_of, current_rates
from trainables.loop.phase_setup import RunningPhase, Task
from trainables.loop.scoring import training_objective
from trainables.networks.network import Network
from trainables.objectives import objective_of
from trainables.optim.linear_heads import OPTIMIZERS, HeadInTraining, train_heads
from trainables.optim.losses import TrainingLoss
from trainables.optim.optimizer import set_rates
from trainables.plan.phases import Phase
from trainables.schedules import Schedule

LARGEST = 2**18
"""Weights of heads that train as one matrix, 1 MiB: a larger one leaves a core's cache, and is slower then."""


def is_linear(phase: Phase, task: Task) -> bool:
    """Return whether a phase trains what has a closed form that pays: a small linear layer on activations, by SGD.

    Images with several labels have none here.
    """
    how, network = phase.training, task.network
    return (
        task.train.labels.ndim == 1
        and phase.on == "activations"
        and type(network.head) is nn.Linear
        and num_weights(network) <= LARGEST
        and how.optimizer in OPTIMIZERS
        and how.precision == "float32"
        and not (how.dropout or how.clip_norm or how.compile)
    )


def num_weights(network: Network) -> int:
    """Return how many parameters the head has."""
    return sum(parameter.numel() for parameter in network.head.parameters())


def train_head_epoch(
    running: RunningPhase, *, config: RunConfig, epoch: int, phase_epoch: int, lr_multiplier: float = 1.0
) -> Trained:
    """Train one epoch of a phase for which `is_linear` holds; see `trainables.loop.epoch.train_epoch`."""
    (trained,) = train_head_epochs(
        [running], config=config, epoch=epoch, phase_epoch=phase_epoch, lr_multipliers=[lr_multiplier]
    )
    return trained


def train_head_epochs(
    phases: Sequence[RunningPhase],
    *,
    config: RunConfig,
    epoch: int,
    phase_epoch: int,
    lr_multipliers: Sequence[float],
) -> list[Trained]:
    """Train one epoch of phases of several runs that see the same batches, as one computation.

    Args:
        phases: Of the same data, activations and loss; `is_linear` holds for each.
        config: Settings of the runs, as far as they are the same: seed, batch size, objective.
        epoch: Epochs completed in each run.
        phase_epoch: Epochs completed in each phase.
        lr_multipliers: What restarts at a lower rate have multiplied all rates by, for each run.
    """
    first = phases[0]
    train, how, loss = first.train, first.phase.training, first.loss
    assert isinstance(loss, TrainingLoss), "is_linear has been asked"
    batches = batches_of(first, config=config, epoch=epoch)
    steps = [torch.cat(batches[at : at + how.accumulate]) for at in range(0, len(batches), how.accumulate)]
    order = torch.cat(steps).to(train.labels.device)
    train.begin_epoch(epoch)
    factors_of: dict[Schedule, list[float]] = {}
    factors, rates = [], []
    for running, times in zip(phases, lr_multipliers, strict=True):
        schedule = running.phase.schedule
        if schedule not in factors_of:
            now = range(phase_epoch * len(steps), (phase_epoch + 1) * len(steps))
            factors_of[schedule] = [schedule.factor(step, steps_per_epoch=len(steps)) for step in now]
        factors.append([times * factor for factor in factors_of[schedule]])
        set_rates(running.optimizer, factors[-1][0])
        rates.append(current_rates(running))
    labels = train.labels[order]
    sizes = [len(index) for index in steps]
    logits = [
        train_heads(
            [
                HeadInTraining(head=_head(running), optimizer=running.optimizer, factors=own[block])
                for running, own in zip(phases, factors, strict=True)
            ],
            train.batch(index, training=True),
            train.labels[index],
            sizes=sizes[block],
            loss=loss,
        )
        for block, index in _blocks(order, sizes, num_features=_head(first).in_features)
    ]
    of_all = logits[0] if len(logits) == 1 else torch.cat(logits, -1)
    # Of each run the classes predicted, (N,), or all that it said, (N, K).
    seen = of_all.permute(1, 2, 0) if objective_of(config.objective).needs_scores else first_largest(of_all)
    return [
        Trained(
            loss=mean,
            objective=training_objective(of_run, labels, config=config),
            num_steps=len(steps),
            num_images=len(order),
            rates=rates_of_run,
        )
        for mean, of_run, rates_of_run in zip(loss.means(of_all, labels), seen, rates, strict=True)
    ]


def first_largest(logits: Tensor) -> Tensor:
    """Return the class of the largest logit, the first of equal ones, (H, N) of (K, H, N); the last where any is NaN.

    `Tensor.max` has no vectorised kernel that returns indices along the first dimension on a CPU; for the logits of
    many heads this takes a sixth of its time.
    """
    last = len(logits) - 1
    rank = torch.arange(last, -1.0, -1.0, device=logits.device)[:, None, None]
    is_largest = torch.eq(logits, logits.amax(0), out=torch.empty_like(logits))
    return last - is_largest.mul_(rank).amax(0).long()


def _blocks(order: Tensor, sizes: list[int], *, num_features: int) -> Iterator[tuple[slice, Tensor]]:
    """Yield runs of steps whose features are gathered together, and the images of each."""
    steps = max(1, GATHERED // (max(sizes) * num_features))
    blocks = [slice(at, at + steps) for at in range(0, len(sizes), steps)]
    yield from zip(blocks, order.split([sum(sizes[block]) for block in blocks]), strict=True)


def _head(running: RunningPhase) -> nn.Linear:
    head = running.module.get_submodule("head")
    assert isinstance(head, nn.Linear), "is_linear has been asked"
    return head
