"""One epoch of training: batches in, steps taken, losses out. It reads straight down."""

from dataclasses import dataclass

import torch
from torch import Tensor

from trainables.compute.precision import autocast
from trainables.config import RunConfig
from trainables.generators import seed_for
from trainables.inputs.sampling import training_order
from trainables.loop.phase_setup import RunningPhase
from trainables.loop.scoring import kept, training_objective
from trainables.optim.losses import draw_mixes, weighted_mean
from trainables.optim.optimizer import set_rates, training_mode, update_weights


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What one epoch of training measured.

    Attributes:
        loss: Mean over the epoch's images, as trained and weighed.
        objective: On the same images, from the predictions made while training; None where they were mixed.
        num_steps: Optimizer steps.
        num_images: Images trained on.
        rates: Rate of every depth group at the first step, stem first; 0 where it is frozen.
    """

    loss: float
    objective: float | None
    num_steps: int
    num_images: int
    rates: dict[str, float]


def train_epoch(
    running: RunningPhase, *, config: RunConfig, epoch: int, phase_epoch: int, lr_multiplier: float = 1.0
) -> Trained:
    """Train one epoch of a phase.

    Args:
        running: The phase.
        config: The run's settings.
        epoch: Epochs completed in the run; all random draws depend on it and on the run's seed.
        phase_epoch: Epochs completed in the phase.
        lr_multiplier: What restarts at a lower rate have multiplied all rates by.
    """
    how, schedule, optimizer = running.phase.training, running.phase.schedule, running.optimizer
    train, scaler, device = running.train, running.scaler, running.train.labels.device
    batches = batches_of(running, config=config, epoch=epoch)
    sizes = [len(index) for index in batches]
    # At once: each batch's copy would wait for the step before it.
    on_device = torch.cat(batches).to(device).split(sizes)
    steps = [on_device[at : at + how.accumulate] for at in range(0, len(batches), how.accumulate)]
    mixed = how.mixup > 0 and running.phase.on == "images"
    mixes = iter(draw_mixes(sizes, alpha=how.mixup, seed=config.seed, epoch=epoch) if mixed else [])
    train.begin_epoch(epoch)
    training_mode(running.module, batch_norm=how.batch_norm)
    losses: list[Tensor] = []
    loss_weights: list[Tensor | float] = []
    seen: list[Tensor] = []
    predicted: list[Tensor] = []
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed_for(config.seed, "dropout", epoch))
        for step, indices in enumerate(steps, start=phase_epoch * len(steps)):
            set_rates(optimizer, lr_multiplier * schedule.factor(step, steps_per_epoch=len(steps)))
            if step == phase_epoch * len(steps):
                rates = current_rates(running)
            optimizer.zero_grad()
            weights = [running.loss.weight(train.labels[index]) for index in indices]
            step_weight = sum(weights)
            for index, weight in zip(indices, weights, strict=True):
                inputs, labels = train.batch(index, training=True), train.labels[index]
                mix = next(mixes, None)
                with autocast(how.precision, device):
                    outputs = running.forward(mix.inputs(inputs) if mix else inputs).float()
                loss = mix.loss(running.loss, outputs, labels) if mix else running.loss(outputs, labels)
                scaler.scale(loss if len(indices) == 1 else loss * (weight / step_weight)).backward()
                losses.append(loss.detach())
                loss_weights.append(weight)
                seen.append(labels)
                predicted.append(kept(outputs, config=config))
            update_weights(optimizer, scaler, clip_norm=how.clip_norm)
    return Trained(
        loss=weighted_mean(losses, loss_weights).item(),
        objective=None if mixed else training_objective(torch.cat(predicted), torch.cat(seen), config=config),
        num_steps=len(steps),
        num_images=sum(sizes),
        rates=rates,
    )


def batches_of(running: RunningPhase, *, config: RunConfig, epoch: int) -> tuple[Tensor, ...]:
    """Return the image indices of each batch of an epoch of the phase, on the CPU."""
    return training_order(
        running.train.labels,
        sampling=running.phase.training.sampling,
        batch_size=config.batch_size,
        seed=config.seed,
        epoch=epoch,
    )


def current_rates(running: RunningPhase) -> dict[str, float]:
    """Return the rate of every depth group, stem first; 0 where it is frozen."""
    current = {group["name"]: float(group["lr"]) for group in running.optimizer.param_groups}
    return {lr_group.group.name: current.get(lr_group.group.name, 0.0) for lr_group in running.groups}
