"""Seconds to 94 % on CIFAR-10 from a random start, against a bare loop of the same network and recipe."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from benchmarks.harness.bare_loop import BareLoop, Images
from benchmarks.harness.goal import Goal, Way, way_to
from benchmarks.harness.gpu import OWN_CLOCK, name_of, on_gpu
from benchmarks.harness.line import Line
from benchmarks.harness.measure import Ratio, in_turns
from benchmarks.harness.own_run import run_config
from benchmarks.harness.settings import NotMeasurableError, Settings
from trainables.inputs.images import ImageTensors
from trainables.run import start

TURNS = 5
NUM_CLASSES, LEAST_PER_CLASS = 10, 4000


def config_of(settings: Settings, goal: Goal, *, device: torch.device, seed: int) -> dict[str, Any]:
    """Return lrstudy's configuration of a run; the network that it draws is the bare loop's, too."""
    return run_config(
        settings,
        recipe="one_cycle",
        lr=goal.lr,
        epochs=goal.epochs,
        batch_size=goal.batch_size,
        architecture=goal.architecture,
        width=goal.width,
        optimizer="nag",
        momentum=goal.momentum,
        weight_decay=goal.weight_decay,
        label_smoothing=goal.label_smoothing,
        augment="crop_flip",
        precision="bfloat16",
        channels_last=True,
        device=device.type,
        seed=seed,
    )


def ours(config: dict[str, Any], goal: Goal) -> Way:
    """Train with lrstudy."""
    return way_to(goal.accuracy, ((record.training_seconds, record.val_accuracy) for record in start(config)))


def theirs(config: dict[str, Any], goal: Goal) -> Way:
    """Train the same network in the bare loop."""
    return way_to(goal.accuracy, bare_loop(config, goal).epochs())


def bare_loop(config: dict[str, Any], goal: Goal) -> BareLoop:
    """Return the bare loop of what lrstudy would train with that configuration."""
    task = start(config).task
    torch.manual_seed(config["seed"])
    return BareLoop(
        network=task.network.to(memory_format=torch.channels_last),
        train=_normalised(task.train),
        val=_normalised(task.val),
        batch_size=goal.batch_size,
        num_epochs=goal.epochs,
        lr=goal.lr,
        momentum=goal.momentum,
        weight_decay=goal.weight_decay,
        label_smoothing=goal.label_smoothing,
    )


def time_to(goal: Goal, settings: Settings, *, device: torch.device) -> Ratio:
    """Measure seconds of training to the goal, each pair from a start of its own, in this process.

    Validation is left out on both sides, and so is what brings the images to the device.

    Raises:
        RuntimeError: If a run does not reach the goal; with what each of them reached.
    """
    for side in (ours, theirs):  # the first kernels of a kind are loaded; that counts for nobody
        side(config_of(settings, replace(goal, epochs=1), device=device, seed=0), replace(goal, epochs=1))
    ways: dict[str, list[Way]] = {"lrstudy": [], "the bare loop": []}

    def seconds(name: str) -> float:
        config = config_of(settings, goal, device=device, seed=len(ways[name]))
        ways[name].append((ours if name == "lrstudy" else theirs)(config, goal))
        return ways[name][-1].seconds

    found = in_turns(
        lambda: seconds("lrstudy"),
        lambda: seconds("the bare loop"),
        n=settings.turns(TURNS),
        warm_up=0,
        note=f"seconds of training, validation left out on both sides, on {name_of(device)}: {goal.architecture}, one "
        f"cycle of {goal.epochs} epochs up to {goal.lr:g}, batches of {goal.batch_size}, bfloat16, channels last; "
        f"the bare loop waits for the device before and after an epoch; {OWN_CLOCK}",
    )
    if not all(way.reached for runs in ways.values() for way in runs):
        best = "; ".join(f"{name} {', '.join(str(way.best) for way in runs)}" for name, runs in ways.items())
        raise RuntimeError(f"not every run reached {goal.accuracy:g}; the best epochs had: {best}")
    return found


def check_images(images: Path) -> None:
    """Refuse images that can't be CIFAR-10's.

    Raises:
        NotMeasurableError: If they have not 10 classes, or one has fewer than 4,000 training images.
    """
    sizes = [sum(1 for _ in label.iterdir()) for label in (images / "train").iterdir() if label.is_dir()]
    if len(sizes) != NUM_CLASSES or min(sizes) < LEAST_PER_CLASS:
        raise NotMeasurableError(
            f"needs CIFAR-10, --images FOLDER with {NUM_CLASSES} classes of {LEAST_PER_CLASS:,} training images or "
            f"more, and {images.name} has {len(sizes)} of {min(sizes, default=0):,} or more"
        )


def measure(settings: Settings, *, device: torch.device) -> Ratio:
    """Measure on CIFAR-10; see `check_images` and `time_to` for what it raises."""
    check_images(settings.images)
    return time_to(Goal(), settings, device=device)


def _normalised(split: ImageTensors) -> Images:
    pixels = (split.images.float() - split.mean.view(-1)) / split.std.view(-1)
    return Images(pixels=pixels, labels=split.labels)


LINES = (
    Line(
        name="gpu_94",
        what="seconds to 94 % on CIFAR-10 from a random start",
        against="a bare loop of the same network and recipe; 1.1 times its time is 0.91",
        to_reach=0.91,
        measure=on_gpu(measure),
    ),
)
