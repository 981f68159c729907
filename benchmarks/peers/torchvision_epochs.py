"""Seconds of each training epoch with torchvision's ImageFolder and v2 transforms and PyTorch's DataLoader.

As torchvision's and PyTorch's documentation have it: images as tensors first, uint8 as long as possible, workers that
persist. Prints a JSON object on its last line.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder
from torchvision.transforms import v2

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from trainables.networks.small_resnet import SmallResNet


def make_loader(folder: Path, *, batch_size: int, workers: int, pin_memory: bool = False) -> DataLoader:
    """Return the training images, cropped and flipped, in shuffled batches."""
    transform = v2.Compose(
        [
            v2.ToImage(),
            v2.RandomCrop(32, padding=4),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize([0.48, 0.47, 0.42], [0.24, 0.24, 0.26]),
        ]
    )
    return DataLoader(
        ImageFolder(str(folder / "train"), transform),
        batch_size=batch_size,
        shuffle=True,
        num_workers=workers,
        persistent_workers=workers > 0,
        pin_memory=pin_memory,
    )


def main() -> None:
    """Train, or only load, and print the seconds of every epoch but the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--width", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--only-load", action="store_true")
    arguments = parser.parse_args()
    loader = make_loader(arguments.images, batch_size=arguments.batch_size, workers=arguments.workers)
    network = SmallResNet(num_classes=len(loader.dataset.classes), channels=3, width=arguments.width)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    network.train()
    seconds = []
    for _ in range(arguments.epochs):
        begun = time.perf_counter()
        for images, labels in loader:
            if arguments.only_load:
                continue
            optimizer.zero_grad()
            F.cross_entropy(network(images), labels).backward()
            optimizer.step()
        seconds.append(time.perf_counter() - begun)
    print(json.dumps({"seconds": seconds[1:], "batches": len(loader), "threads": torch.get_num_threads()}))


if __name__ == "__main__":
    main()
