"""Epochs of the head: from cached activations, against the same through the frozen body; and of many heads at once."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio, in_turns
from benchmarks.harness.own_run import BATCH_SIZE, run_config
from benchmarks.harness.settings import Settings
from trainables import train, train_many_heads
from trainables.data import DataSource, prepare
from trainables.run import start

TURNS = 7
HEADS = 16
EPOCHS = 60

Configs = list[dict[str, Any]]


def measure(settings: Settings) -> Ratio:
    """Measure seconds of a training epoch of the head alone, one thread, in this process."""
    on_activations = start(run_config(settings, recipe="feature_extraction", width=8, num_threads=1))
    through_body = start(
        run_config(
            settings, recipe="gradual_unfreezing", num_steps=1, unfreeze_epochs=500, width=8, num_threads=1
        )
    )
    return in_turns(
        lambda: on_activations.run_epoch().training_seconds,
        lambda: through_body.run_epoch().training_seconds,
        n=settings.turns(TURNS),
        note="seconds of a training epoch, width 8, one thread; the activations are computed before, of images as "
        "they are; through the body they are cropped and flipped anew in every epoch",
    )


def measure_many(
    settings: Settings, *, ours: Callable[[Configs], float], theirs: Callable[[Configs], float], note: str
) -> Ratio:
    """Measure heads with rates and decays of their own, at once and one after another.

    Args:
        settings: Images and turns.
        ours: Trains them at once and returns its seconds.
        theirs: Trains one after another, likewise.
        note: What is counted, and what the other side is.
    """
    data = prepare(DataSource(folder=str(settings.images)), cache=settings.work / "cache")
    configs = [
        run_config(
            settings, recipe="feature_extraction", width=8, num_threads=1, epochs=5 if settings.quick else EPOCHS,
            lr=0.3 * 0.7**number, weight_decay=1e-4 * (1 + number), data=data.key,
        )
        for number in range(HEADS)
    ]  # fmt: skip
    return in_turns(
        partial(ours, configs),
        partial(theirs, configs),
        n=settings.turns(TURNS),
        note=f"{HEADS} heads on the same activations, {EPOCHS} epochs, width 8, one thread; {note}",
    )


def _at_once(configs: Configs) -> float:
    return sum(record.training_seconds for epoch in train_many_heads(configs) for record in epoch)


def _one_by_one(configs: Configs) -> float:
    return sum(record.training_seconds for config in configs for record in train(config))


def _by_hand(configs: Configs) -> float:
    return sum(_head_by_hand(config) for config in configs)


def _whole_seconds(work: Callable[[Configs], float], configs: Configs) -> float:
    begun = time.perf_counter()
    work(configs)
    return time.perf_counter() - begun


def _head_by_hand(config: dict[str, Any]) -> float:
    """Train the head as one writes it in PyTorch, with a cosine from the configuration's rate."""
    fit = start(config)
    inputs = fit.begin_epoch().train
    features = inputs.batch(torch.arange(len(inputs.labels)), training=True)
    head = nn.Linear(features.shape[1], int(inputs.labels.max()) + 1)
    optimizer = torch.optim.SGD(
        head.parameters(), lr=config["lr"], momentum=0.9, weight_decay=config["weight_decay"], fused=True
    )
    batches = -(-len(features) // BATCH_SIZE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config["epochs"] * batches)
    begun = time.perf_counter()
    for _ in range(config["epochs"]):
        for index in torch.randperm(len(features)).split(BATCH_SIZE):
            optimizer.zero_grad()
            F.cross_entropy(head(features[index]), inputs.labels[index]).backward()
            optimizer.step()
            schedule.step()
    return time.perf_counter() - begun


LINES = (
    Line(
        name="head",
        what="an epoch of the head from activations",
        against="the same through the frozen body",
        to_reach=50,
        measure=measure,
    ),
    Line(
        name="heads_at_once",
        what=f"{HEADS} heads as one computation",
        against="one after another",
        to_reach=12,
        measure=partial(
            measure_many,
            ours=_at_once,
            theirs=_one_by_one,
            note="training seconds; both sides lrstudy's, by the closed form of the gradient",
        ),
    ),
    Line(
        name="heads_at_once_whole",
        what=f"{HEADS} heads as one computation, from their start to their last validation",
        against="one after another",
        to_reach=None,
        measure=partial(
            measure_many,
            ours=partial(_whole_seconds, _at_once),
            theirs=partial(_whole_seconds, _one_by_one),
            note="whole seconds, with validation after every epoch; both sides lrstudy's, images prepared before",
        ),
    ),
    Line(
        name="heads_at_once_by_hand",
        what=f"{HEADS} heads as one computation",
        against="one after another, each by a loop of PyTorch's on the same activations",
        to_reach=None,
        measure=partial(
            measure_many,
            ours=_at_once,
            theirs=_by_hand,
            note="training seconds; PyTorch's side: forward, backward, fused SGD, a cosine schedule",
        ),
    ),
)
