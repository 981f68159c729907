"""A ResNet of three blocks: the network of 8-pixel digits, of tests and of benchmarks on a CPU."""

import torch
from torch import nn
from torchvision.models.resnet import BasicBlock, conv1x1


class SmallResNet(nn.Module):
    """Three stages of one block each, the second and third with twice the channels at half the size.

    Made for images from 8 pixels up; at width 8 it has 20,000 parameters. Its parts have the names that they
    have in torchvision's ResNet.

    Attributes:
        width: Channels of the stem and the first stage.
    """

    def __init__(self, *, num_classes: int, channels: int, width: int) -> None:
        super().__init__()
        self.width = width
        self.conv1 = nn.Conv2d(channels, width, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = _block(width, width, stride=1)
        self.layer2 = _block(width, 2 * width, stride=2)
        self.layer3 = _block(2 * width, 4 * width, stride=2)
        self.fc = nn.Linear(4 * width, num_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return logits (N, num_classes) of images (N, channels, H, W)."""
        maps = torch.relu(self.bn1(self.conv1(images)))
        maps = self.layer3(self.layer2(self.layer1(maps)))
        logits: torch.Tensor = self.fc(maps.mean((2, 3)))
        return logits


def _block(in_channels: int, out_channels: int, *, stride: int) -> nn.Module:
    shortcut: nn.Module | None = None
    if stride != 1 or in_channels != out_channels:
        shortcut = nn.Sequential(conv1x1(in_channels, out_channels, stride), nn.BatchNorm2d(out_channels))
    return BasicBlock(in_channels, out_channels, stride, shortcut)  # type: ignore[no-any-return]
