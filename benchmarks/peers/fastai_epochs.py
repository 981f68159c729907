"""Seconds of each training epoch with fastai's DataLoaders and Learner; a JSON object on the last line.

As fastai's documentation has it: `ImageDataLoaders.from_folder`, crop and flip as item and batch transforms.
"""

import argparse
import json
import sys
import time
from functools import partial
from pathlib import Path

from fastai.vision.all import (
    SGD,
    Callback,
    CropPad,
    CrossEntropyLossFlat,
    Flip,
    ImageDataLoaders,
    Learner,
    Normalize,
    RandomCrop,
    imagenet_stats,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from trainables.networks.small_resnet import SmallResNet


class TrainingSeconds(Callback):
    """Keeps the time of each epoch's training, without its validation."""

    def before_fit(self) -> None:
        """Begin a row."""
        self.seconds = []

    def before_train(self) -> None:
        """Start the clock."""
        self.begun = time.perf_counter()

    def after_train(self) -> None:
        """Stop the clock."""
        self.seconds.append(time.perf_counter() - self.begun)


def main() -> None:
    """Train and print the seconds of every epoch but the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--width", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--workers", type=int, default=0)
    arguments = parser.parse_args()
    loaders = ImageDataLoaders.from_folder(
        arguments.images,
        train="train",
        valid="val",
        item_tfms=[CropPad(40, pad_mode="reflection"), RandomCrop(32)],
        batch_tfms=[Flip(), Normalize.from_stats(*imagenet_stats)],
        bs=arguments.batch_size,
        num_workers=arguments.workers,
    )
    network = SmallResNet(num_classes=len(loaders.vocab), channels=3, width=arguments.width)
    clock = TrainingSeconds()
    optimizer = partial(SGD, mom=0.9, wd=5e-4)
    learner = Learner(loaders, network, loss_func=CrossEntropyLossFlat(), opt_func=optimizer, cbs=clock)
    with learner.no_bar(), learner.no_logging():
        learner.fit(arguments.epochs, 0.01)
    print(json.dumps({"seconds": clock.seconds[1:]}))


if __name__ == "__main__":
    main()
