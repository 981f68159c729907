"""Batches without training: gathered and augmented as whole tensors, against ImageFolder with two workers."""

import statistics
import time

import torch

from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio, in_turns, last_json
from benchmarks.harness.own_run import BATCH_SIZE
from benchmarks.harness.settings import Settings
from trainables.data import DataSource, prepare
from trainables.inputs.batches import epoch_order
from trainables.inputs.images import to_tensors
from trainables.inputs.inputs import ImageInputs
from trainables.plan.training import Training

TURNS = 7
EPOCHS = 4


def measure(settings: Settings) -> Ratio:
    """Measure seconds a batch, crops and flips included on both sides."""
    data = prepare(DataSource(folder=str(settings.images)), cache=settings.work / "cache")
    inputs = ImageInputs(
        data=to_tensors(data.split("train"), data, torch.device("cpu")), how=Training(), seed=0
    )
    number = iter(range(10**6))

    def ours() -> float:
        batches = 0
        begun = time.perf_counter()
        for _ in range(EPOCHS):
            epoch = next(number)
            inputs.begin_epoch(epoch)
            for index in epoch_order(len(inputs.labels), batch_size=BATCH_SIZE, seed=0, epoch=epoch):
                inputs.batch(index, training=True)
                batches += 1
        return (time.perf_counter() - begun) / batches

    def theirs() -> float:
        command = settings.peer(
            "torchvision_epochs.py", "--images", str(settings.images), "--workers", "2", "--only-load",
            "--epochs", str(EPOCHS),
        )  # fmt: skip
        found = last_json(command)
        return statistics.median(found["seconds"]) / found["batches"]

    return in_turns(ours, theirs, n=settings.turns(TURNS), note="seconds a batch of 32")


LINES = (
    Line(
        name="data_only",
        what="batches a second, cropped and flipped",
        against="ImageFolder and v2 transforms with 2 persistent workers",
        to_reach=25,
        measure=measure,
    ),
)
