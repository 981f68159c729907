"""What a study costs: epochs counted, minutes from one short epoch measured now."""

from time import perf_counter

import torch
import torch.nn.functional as F

from study.agenda import Rules
from study.prepare import Prepared
from trainables.batches import epoch_order, image_batch, to_tensors
from trainables.network import build_network

MEASURED_IMAGES = 256
"""Training images of the short epoch; its first half warms up and is not counted."""


def num_epochs(rules: Rules, *, epochs: int, num_arms: int) -> dict[str, int]:
    """Return the epochs that each part of a study trains at most."""
    top = min(rules.top, rules.num_trials)
    return {
        "search": num_arms * rules.num_trials * epochs,
        "selection": num_arms * top * len(rules.selection_seeds) * epochs,
        "confirmation": num_arms * len(rules.confirm_seeds) * epochs,
    }


def epoch_seconds(prepared: Prepared, architecture: str, *, num_threads: int, device: str) -> float:
    """Train all layers of a network on some batches and return what a whole epoch would take, in seconds."""
    torch.set_num_threads(num_threads)
    target, training = prepared.target, prepared.spec.training
    data = to_tensors(target.split("train"), target, torch.device(device))
    network = build_network(
        architecture,
        num_classes=len(target.classes),
        image_size=target.image_size,
        channels=target.channels,
        width=prepared.spec.model.width,
        generator_seed=0,
    ).to(device)
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-4, momentum=0.9)
    order = epoch_order(len(data), batch_size=training.batch_size, seed=0, epoch=0)
    measured = order[: max(2, MEASURED_IMAGES // training.batch_size)]
    seconds: list[float] = []
    for index in measured:
        begun = perf_counter()
        index = index.to(device)
        loss = F.cross_entropy(network(image_batch(data, index)), data.labels[index])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()
        seconds.append(perf_counter() - begun)
    counted = seconds[len(seconds) // 2 :]
    return sum(counted) / len(counted) * len(order)
