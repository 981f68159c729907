"""A plain training loop as one writes it for a GPU: images on the device, whole batches augmented at once, one cycle.

It shares nothing with lrstudy's but the network and the images as they were decoded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F
from torch.optim.lr_scheduler import OneCycleLR

from benchmarks.harness.gpu import seconds_of

EVALUATION_BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class Images:
    """A split on the device.

    Attributes:
        pixels: Normalised, channels last: (N, H, W, C).
        labels: int64, (N,).
    """

    pixels: torch.Tensor
    labels: torch.Tensor


@dataclass(frozen=True, kw_only=True)
class BareLoop:
    """What is trained, on what and how.

    Attributes:
        network: On the device, channels last.
        train: Training split.
        val: Validation split.
        batch_size: Images of a batch.
        num_epochs: Length of the cycle.
        lr: Its peak.
        momentum: Nesterov's.
        weight_decay: Of weights; biases and norms have none.
        label_smoothing: Share of the target that is spread over all classes.
    """

    network: torch.nn.Module
    train: Images
    val: Images
    batch_size: int
    num_epochs: int
    lr: float
    momentum: float
    weight_decay: float
    label_smoothing: float

    def epochs(self) -> Iterator[tuple[float, float]]:
        """Train, and yield after every epoch its seconds of training and the accuracy on the validation split."""
        device = self.train.labels.device
        padded = F.pad(self.train.pixels.permute(0, 3, 1, 2), (self._reach,) * 4, mode="reflect")
        padded = padded.permute(0, 2, 3, 1).contiguous()
        parameters = list(self.network.parameters())
        groups = [
            {"params": [p for p in parameters if p.ndim > 1], "weight_decay": self.weight_decay},
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
        ]
        optimizer = torch.optim.SGD(groups, lr=self.lr, momentum=self.momentum, nesterov=True, fused=True)
        num_steps = self.num_epochs * -(-len(self.train.labels) // self.batch_size)
        schedule = OneCycleLR(optimizer, self.lr, total_steps=num_steps, cycle_momentum=False)
        for _ in range(self.num_epochs):
            seconds = seconds_of(partial(self._train_epoch, padded, optimizer, schedule), device)
            yield seconds, self._accuracy()

    @property
    def _reach(self) -> int:
        """Pixels that images are padded by on each side: 4 of 32."""
        return self.train.pixels.shape[1] // 8

    def _train_epoch(
        self, padded: torch.Tensor, optimizer: torch.optim.Optimizer, schedule: OneCycleLR
    ) -> None:
        self.network.train()
        order = torch.randperm(len(padded), device=padded.device)
        for index in order.split(self.batch_size):
            images = crop_and_flip(padded, index, reach=self._reach)
            optimizer.zero_grad()
            with torch.autocast(padded.device.type, dtype=torch.bfloat16):
                outputs = self.network(images)
            loss = F.cross_entropy(
                outputs.float(), self.train.labels[index], label_smoothing=self.label_smoothing
            )
            loss.backward()
            optimizer.step()
            schedule.step()

    @torch.inference_mode()
    def _accuracy(self) -> float:
        self.network.eval()
        batches = self.val.pixels.permute(0, 3, 1, 2).split(EVALUATION_BATCH)
        predicted = torch.cat([self.network(batch).argmax(1) for batch in batches])
        return float((predicted == self.val.labels).float().mean())


def crop_and_flip(padded: torch.Tensor, index: torch.Tensor, *, reach: int) -> torch.Tensor:
    """Return crops (B, C, H, W), channels last, each image shifted by up to `reach` pixels, half of them mirrored.

    Args:
        padded: Images padded by `reach` on all sides, (N, H + 2 reach, W + 2 reach, C).
        index: Which of them, (B,).
        reach: Pixels.
    """
    device, side = padded.device, padded.shape[1] - 2 * reach
    places = torch.arange(side, device=device)
    rows, columns = torch.randint(2 * reach + 1, (2, len(index), 1), device=device) + places
    mirrored = torch.rand(len(index), 1, device=device) < 0.5
    columns = torch.where(mirrored, columns.flip(1), columns)
    return padded[index[:, None, None], rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
