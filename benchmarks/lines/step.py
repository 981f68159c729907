"""What the loop costs beside the arithmetic: its steps against the same steps on one fixed batch."""

import time
from functools import partial

import torch
import torch.nn.functional as F

from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio, in_turns
from benchmarks.harness.own_run import BATCH_SIZE, run_config
from benchmarks.harness.settings import Settings
from trainables.loop.fit import Fit
from trainables.run import start

TURNS = 9


def _epoch_of_ours(fit: Fit) -> float:
    """Return seconds a step of the next epoch: batches gathered and augmented, rates set, losses added up."""
    record = fit.run_epoch()
    return record.training_seconds / record.num_steps


def _bare_steps(
    network: torch.nn.Module, batch: torch.Tensor, labels: torch.Tensor, *, num_steps: int
) -> float:
    """Return seconds a step: forward, backward, optimizer."""
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4, fused=True)
    network.train()
    begun = time.perf_counter()
    for _ in range(num_steps):
        optimizer.zero_grad()
        F.cross_entropy(network(batch), labels).backward()
        optimizer.step()
    return (time.perf_counter() - begun) / num_steps


def measure(settings: Settings, *, width: int) -> Ratio:
    """Measure at a width of `small_resnet`, one thread, in this process."""
    config = run_config(settings, width=width, num_threads=1)
    fit, bare = start(config), start(config).task
    batch = torch.randn(BATCH_SIZE, bare.train.images.shape[3], *bare.train.images.shape[1:3])
    labels = bare.train.labels[:BATCH_SIZE]
    num_steps = len(bare.train) // BATCH_SIZE
    return in_turns(
        lambda: _epoch_of_ours(fit),
        lambda: _bare_steps(bare.network, batch, labels, num_steps=num_steps),
        n=settings.turns(TURNS),
        note="seconds a step, one thread",
    )


LINES = tuple(
    Line(
        name=name,
        what=f"training steps a second, width {width}",
        against="bare forward, backward and optimizer on one fixed batch, same process, network and threads",
        to_reach=0.95,
        measure=partial(measure, width=width),
    )
    for name, width in (("step", 8), ("step_width16", 16))
)
