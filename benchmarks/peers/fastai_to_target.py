"""One adaptation with fastai's `lr_find` and `fine_tune`, or `lr_find` and `fit_sgdr`; a JSON object on the last line.

As fastai's documentation and book have it: the body frozen, `lr_find` with its default suggestion, then
`fine_tune(epochs, base_lr, freeze_epochs=1)`; or the head for an epoch, all layers unfrozen and `fit_sgdr` with
discriminative rates. As in `fine_tune`, one `lr_find` serves both phases: a second one when all layers train, which
the book also shows, cost more and ended lower in a trial on a seed that is not measured. The optimizer (Adam) and its
weight decay are fastai's defaults, and the parameter groups are cut as fastai cuts ResNets: two of the body, and the
head.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import torch
from fastai.vision.all import (
    Callback,
    CropPad,
    CrossEntropyLossFlat,
    Flip,
    ImageDataLoaders,
    Learner,
    Normalize,
    RandomCrop,
    accuracy,
    params,
    set_seed,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from source_body import load_body

from trainables.networks.small_resnet import SmallResNet

CYCLES, CYCLE_MULT = 3, 2


class Curve(Callback):
    """Keeps the training seconds up to each epoch's end, those of `lr_find` included, and the epoch's accuracy."""

    order = 55  # after the Recorder, whose figures it takes

    def __init__(self) -> None:
        self.spent = 0.0
        self.seconds, self.values = [], []

    def before_fit(self) -> None:
        """Leave out the mock training of `lr_find`, which is timed as a whole."""
        self.run = not hasattr(self.learn, "lr_finder")

    def before_train(self) -> None:
        """Start the clock."""
        self.begun = time.perf_counter()

    def after_train(self) -> None:
        """Stop the clock."""
        self.spent += time.perf_counter() - self.begun

    def after_epoch(self) -> None:
        """Keep what the epoch came to."""
        self.seconds.append(self.spent)
        self.values.append(float(self.learn.final_record[-1]))

    def find_rate(self, learner: Learner) -> float:
        """Return the default suggestion of `lr_find`, and charge it."""
        begun = time.perf_counter()
        lr = learner.lr_find(show_plot=False).valley
        self.spent += time.perf_counter() - begun
        return lr


def groups(network: SmallResNet) -> list:
    """Return the parameters in three groups, as `vision_learner` cuts a ResNet."""
    early = torch.nn.Sequential(network.conv1, network.bn1, network.layer1)
    late = torch.nn.Sequential(network.layer2, network.layer3)
    return [params(part) for part in (early, late, network.fc)]


def fine_tune(learner: Learner, curve: Curve, *, epochs: int) -> None:
    """Adapt by `fine_tune`: one cycle for the head, one for all layers at rates that fall towards the stem."""
    learner.freeze()
    learner.fine_tune(epochs - 1, base_lr=curve.find_rate(learner), freeze_epochs=1)


def sgdr(learner: Learner, curve: Curve, *, epochs: int) -> None:
    """Adapt by `fit_sgdr`: one cycle for the head, then three for all layers, each twice as long as the last."""
    cycle_len, rest = divmod(epochs - 1, CYCLE_MULT**CYCLES - 1)
    if rest or not cycle_len:
        raise SystemExit(f"--epochs {epochs}: 1 and a multiple of {CYCLE_MULT**CYCLES - 1} is allowed")
    learner.freeze()
    lr = curve.find_rate(learner)
    learner.fit_one_cycle(1, lr)
    learner.unfreeze()
    learner.fit_sgdr(CYCLES, cycle_len, lr_max=slice(lr / 100, lr), cycle_mult=CYCLE_MULT)


METHODS = {"fine_tune": fine_tune, "sgdr": sgdr}


def main() -> None:
    """Train and print seconds and accuracies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--method", choices=METHODS, required=True)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument(
        "--weights", type=Path, required=True, help="file that lrstudy's source training wrote"
    )
    parser.add_argument("--mean", type=float, nargs=3, required=True, help="of the training images, 0 to 1")
    parser.add_argument("--std", type=float, nargs=3, required=True)
    parser.add_argument("--width", type=int, required=True)
    parser.add_argument("--batch-size", type=int, required=True)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--workers", type=int, default=0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    set_seed(arguments.seed)
    loaders = ImageDataLoaders.from_folder(
        arguments.images,
        train="train",
        valid="val",
        item_tfms=[CropPad(40, pad_mode="reflection"), RandomCrop(32)],
        batch_tfms=[Flip(), Normalize.from_stats(arguments.mean, arguments.std)],
        bs=arguments.batch_size,
        num_workers=arguments.workers,
    )
    network = SmallResNet(num_classes=len(loaders.vocab), channels=3, width=arguments.width)
    load_body(network, arguments.weights)
    curve = Curve()
    with tempfile.TemporaryDirectory() as folder:
        learner = Learner(
            loaders,
            network,
            loss_func=CrossEntropyLossFlat(),
            splitter=groups,
            metrics=accuracy,
            cbs=curve,
            path=folder,
        )
        with learner.no_bar(), learner.no_logging():
            METHODS[arguments.method](learner, curve, epochs=arguments.epochs)
    print(json.dumps({"curve": {"seconds": curve.seconds, "values": curve.values}}))


if __name__ == "__main__":
    main()
