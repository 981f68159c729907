"""Training of one configuration on several seeds, epoch by epoch, with its networks as classifiers in the end."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.wording import number_format as fmt
from study.errors import StudyError
from trainables.data import PreparedData, Split

if TYPE_CHECKING:
    from torch import nn

    from trainables.classifier import Classifier

BATCH = 64
"""Images that are predicted at once."""


@dataclass
class Progress:
    """How far a fit is, in lines with the time that is left.

    Attributes:
        say: Takes a line.
        passes: Training images that all runs together see, about.
        done: Of those.
    """

    say: Callable[[str], None]
    passes: int
    done: int = 0
    begun: float = field(default_factory=time.monotonic)

    def epoch(self, what: str, *, epoch: int, of: int, num_images: int) -> None:
        """Say that an epoch has ended."""
        self.done += num_images
        left = (time.monotonic() - self.begun) * max(0, self.passes - self.done) / self.done
        self.say(f"{what}: epoch {epoch} of {of}, about {fmt.duration(left)} left")


def train_classifiers(
    config: Mapping[str, Any],
    data: PreparedData,
    seeds: Sequence[int],
    *,
    folder: Path,
    what: str,
    progress: Progress,
) -> list["Classifier"]:
    """Train a configuration once for each seed and return the last networks, on the CPU.

    Args:
        config: Flat, without data and seed.
        data: What it trains on.
        seeds: Of the runs.
        folder: Takes the weights.
        what: What the runs are for, in progress lines.
        progress: How far the fit is.

    Raises:
        StudyError: If a run does not finish.
    """
    from trainables.classifier import load_classifier
    from trainables.config import parse_config
    from trainables.run import train

    found = []
    num_images = sum(data.counts["train"])
    for number, seed in enumerate(seeds, start=1):
        weights = folder / f"{data.key}-{seed}.pt"
        settings = {**config, "data": data.key, "seed": seed, "save_weights": str(weights)}
        run, _ = parse_config(settings)
        name = what if len(seeds) == 1 else f"{what}, network {number} of {len(seeds)}"
        for record in train(settings):
            progress.epoch(name, epoch=record.epoch, of=run.epochs, num_images=num_images)
        if record.status != "finished":
            raise StudyError(
                f"{name}: training ended as {record.status} after {record.epoch - 1} epochs; a lower rate, such as a "
                "study finds, is needed"
            )
        found.append(load_classifier(weights, run=run, data=data))
    return found


def probabilities_of(network: "nn.Module", split: Split) -> np.ndarray:
    """Return what a network says of a split's images, float64 (N, K)."""
    import torch

    answers = []
    with torch.inference_mode():
        for start in range(0, len(split.images), BATCH):
            images = np.ascontiguousarray(split.images[start : start + BATCH].transpose(0, 3, 1, 2))
            answers.append(network(torch.from_numpy(images)).double().numpy())
    return np.concatenate(answers)
