"""The cost of a study: epochs counted, minutes from one short epoch measured now."""

from time import perf_counter

import torch

from study.errors import StudyError
from study.preparation.prepare import Prepared
from study.spec.study_file import StudySpec
from trainables.inputs.batches import epoch_order, image_batch
from trainables.inputs.images import to_tensors
from trainables.networks.network import build_network
from trainables.optim.losses import make_loss
from trainables.plan.training import Training

MEASURED_IMAGES = 256
"""Training images of the short epoch; its first half warms up and is not counted."""


def num_epochs(spec: StudySpec, *, num_architectures: int) -> dict[str, int]:
    """Return the epochs that each part of a study trains at most."""
    searches, epochs = len(spec.arms) * spec.search.repeats, spec.budget.epochs
    groups = num_architectures if spec.confirm.per_architecture else 1
    top = min(spec.selection.top * groups, spec.budget.trials)
    pretraining = spec.model.source_epochs * num_architectures if spec.model.weights == "source" else 0
    return {
        "pre-training": pretraining,
        "search": searches * spec.budget.trials * epochs,
        "selection": searches * top * spec.selection.seeds * epochs,
        "confirmation": searches * groups * spec.confirm.pairs * epochs,
    }


def epoch_seconds(prepared: Prepared, architecture: str, *, num_threads: int, device: str) -> float:
    """Train all layers of a network on some batches and return what a whole epoch would take, in seconds.

    Measured with the study's batches, but plainly: momentum, float32 and no augmentation, whatever the training says.

    Raises:
        StudyError: If trials train on a GPU and this machine has none to measure on.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise StudyError(
            "resources.gpus: there is no CUDA device here to measure on; add -s resources.gpus=0"
        )
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
    loss_of = make_loss(Training(), data.labels, num_classes=len(target.classes))
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-4, momentum=0.9)
    order = epoch_order(len(data), batch_size=training.batch_size, seed=0, epoch=0)
    measured = order[: max(2, MEASURED_IMAGES // training.batch_size)]
    seconds: list[float] = []
    for index in measured:
        begun = perf_counter()
        index = index.to(device)
        loss = loss_of(network(image_batch(data, index)), data.labels[index])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()
        seconds.append(perf_counter() - begun)
    counted = seconds[len(seconds) // 2 :]
    return sum(counted) / len(counted) * len(order)
