"""Seconds of each training epoch on a GPU with torchvision's ImageFolder and v2 transforms and PyTorch's DataLoader.

As torchvision's documentation and PyTorch's tuning guide have it: images as tensors first, uint8 as long as possible,
workers that persist, pinned memory, copies that do not block, automatic mixed precision, channels last, cuDNN's choice
of algorithms measured. Prints a JSON object on its last line.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.peers.torchvision_epochs import make_loader
from trainables.networks.small_resnet import SmallResNet


def train_epoch(
    network: torch.nn.Module, loader: DataLoader, optimizer: torch.optim.Optimizer, device: torch.device
) -> None:
    """Train one epoch."""
    for images, labels in loader:
        images = images.to(device, non_blocking=True, memory_format=torch.channels_last)
        labels = labels.to(device, non_blocking=True)
        optimizer.zero_grad()
        with torch.autocast(device.type, dtype=torch.bfloat16):
            loss = F.cross_entropy(network(images), labels)
        loss.backward()
        optimizer.step()


def main() -> None:
    """Train and print the seconds of every epoch but the first, the device idle before and after."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--device", type=torch.device, default=torch.device("cuda"))
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--batch-size", type=int, default=512)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--workers", type=int, default=8)
    arguments = parser.parse_args()
    device = arguments.device
    torch.backends.cudnn.benchmark = True
    loader = make_loader(
        arguments.images,
        batch_size=arguments.batch_size,
        workers=arguments.workers,
        pin_memory=device.type == "cuda",
    )
    network = SmallResNet(num_classes=len(loader.dataset.classes), channels=3, width=arguments.width)
    network.to(device, memory_format=torch.channels_last).train()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    wait = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    seconds = []
    for _ in range(arguments.epochs):
        wait()
        begun = time.perf_counter()
        train_epoch(network, loader, optimizer, device)
        wait()
        seconds.append(time.perf_counter() - begun)
    print(json.dumps({"seconds": seconds[1:], "batches": len(loader)}))


if __name__ == "__main__":
    main()
