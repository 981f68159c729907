"""A photograph classifier by fastai's `fine_tune` from timm weights in a file; a JSON object on the last line.

As fastai's documentation has it: `vision_learner` with a timm network, its default head, `aug_transforms`, the
weights' own normalisation, and `fine_tune(epochs - 1)` at its default base rate: an epoch for the head, the others for
all layers.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import timm
import torch
from fastai.vision.all import (
    CategoryBlock,
    DataBlock,
    ImageBlock,
    Normalize,
    Resize,
    accuracy,
    aug_transforms,
    get_image_files,
    parent_label,
    set_seed,
    vision_learner,
)
from safetensors.torch import load_file


def load_weights(body: torch.nn.Module, name: str, file: Path) -> None:
    """Put the file's weights into the body that `vision_learner` has cut off the same network, in its order."""
    known = timm.create_model(name)
    known.load_state_dict(load_file(file))
    values = list(known.state_dict().items())
    own = body.state_dict()
    for (target, there), (source, value) in zip(own.items(), values, strict=False):
        if there.shape != value.shape or source.rsplit(".", 1)[-1] != target.rsplit(".", 1)[-1]:
            raise SystemExit(f"{target} of the body is not {source} of the file")
    body.load_state_dict({target: value for target, (_, value) in zip(own, values, strict=False)})


def main() -> None:
    """Train and print the accuracy on test images and the seconds of training."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True, help="folder with train and test, a class each")
    parser.add_argument("--network", default="tf_efficientnet_lite0")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--image-size", type=int, required=True)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--base-lr", type=float, default=2e-3, help="fastai's default")
    parser.add_argument("--seed", type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    set_seed(arguments.seed)
    block = DataBlock(
        blocks=(ImageBlock, CategoryBlock),
        get_items=lambda folder: get_image_files(folder / "train"),
        splitter=lambda items: (list(range(len(items))), []),
        get_y=parent_label,
        item_tfms=Resize(arguments.image_size),
        batch_tfms=[*aug_transforms(), Normalize.from_stats([0.5] * 3, [0.5] * 3)],
    )
    loaders = block.dataloaders(arguments.images, bs=arguments.batch_size, num_workers=0)
    learner = vision_learner(loaders, arguments.network, pretrained=False, normalize=False, metrics=accuracy)
    load_weights(learner.model[0], arguments.network, arguments.weights)
    learner.freeze()
    begun, used = time.perf_counter(), time.process_time()
    with learner.no_bar(), learner.no_logging():
        learner.fine_tune(arguments.epochs - 1, base_lr=arguments.base_lr, freeze_epochs=1)
    seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - used
    files = get_image_files(arguments.images / "test")
    probabilities, _ = learner.get_preds(dl=loaders.test_dl(files), with_decoded=False)
    said = [loaders.vocab[index] for index in probabilities.argmax(1).tolist()]
    right = sum(name == parent_label(file) for name, file in zip(said, files, strict=True))
    print(json.dumps({"test": right / len(files), "seconds": seconds, "cpu_seconds": cpu_seconds}))


if __name__ == "__main__":
    sys.exit(main())
