"""A ResNet of three blocks: the network of 8-pixel digits, of tests and of benchmarks on a CPU."""

import torch
from torch import nn


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut, with the names and the order of torchvision's `BasicBlock`.

    Written out because importing torchvision takes every process longer than importing PyTorch.

    Source: He et al. (2016), figure 2 and option B.
    """

    def __init__(self, in_channels: int, out_channels: int, *, stride: int) -> None:
        super().__init__()
        shortcut: nn.Module | None = None
        if stride != 1 or in_channels != out_channels:
            narrow = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
            shortcut = nn.Sequential(narrow, nn.BatchNorm2d(out_channels))
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.downsample = shortcut

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Return maps (N, out_channels, H / stride, W / stride)."""
        identity = maps if self.downsample is None else self.downsample(maps)
        maps = torch.relu_(self.bn1(self.conv1(maps)))
        return torch.relu_(self.bn2(self.conv2(maps)).add_(identity))


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
        self.layer1 = ResidualBlock(width, width, stride=1)
        self.layer2 = ResidualBlock(width, 2 * width, stride=2)
        self.layer3 = ResidualBlock(2 * width, 4 * width, stride=2)
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
