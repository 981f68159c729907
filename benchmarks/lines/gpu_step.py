"""What the loop costs beside the arithmetic on a GPU: its steps against the same on a fixed batch that is there."""

from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F

from benchmarks.harness.gpu import OWN_CLOCK, name_of, on_gpu, seconds_of, wait_for
from benchmarks.harness.line import Line
from benchmarks.harness.many_images import many_images
from benchmarks.harness.measure import Ratio, in_turns
from benchmarks.harness.own_run import run_config
from benchmarks.harness.settings import Settings
from trainables.loop.fit import Fit
from trainables.run import start

TURNS = 9
BATCH_SIZE = 512


@dataclass(frozen=True, kw_only=True)
class Bare:
    """A network and its one batch.

    Attributes:
        network: On the device, channels last.
        images: Normalised, float32 (B, C, H, W), channels last, on the device.
        labels: (B,), likewise there.
        optimizer: Fused, the fastest that PyTorch has.
    """

    network: torch.nn.Module
    images: torch.Tensor
    labels: torch.Tensor
    optimizer: torch.optim.Optimizer

    def steps(self, num_steps: int) -> None:
        """Take steps: forward in bfloat16, backward, optimizer."""
        for _ in range(num_steps):
            self.optimizer.zero_grad()
            with torch.autocast(self.images.device.type, dtype=torch.bfloat16):
                outputs = self.network(self.images)
            F.cross_entropy(outputs.float(), self.labels).backward()
            self.optimizer.step()


def make_bare(fit: Fit) -> Bare:
    """Return the bare side of a trial that has trained nothing: its network, a batch of its size."""
    train = fit.task.train
    network = fit.task.network.to(memory_format=torch.channels_last).train()
    side, channels = train.images.shape[2:]
    images = torch.randn(fit.config.batch_size, channels, side, side, device=train.labels.device)
    return Bare(
        network=network,
        images=images.contiguous(memory_format=torch.channels_last),
        labels=train.labels[: len(images)],
        optimizer=torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4, fused=True),
    )


def seconds_an_image_of_ours(fit: Fit, device: torch.device) -> float:
    """Return seconds a training image of the next epoch: batches gathered and augmented, rates set, losses kept."""
    wait_for(device)
    record = fit.run_epoch()
    return record.training_seconds / len(fit.task.train)


def seconds_an_image_of_bare(bare: Bare, *, num_steps: int) -> float:
    """Return seconds a training image of so many steps."""
    seconds = seconds_of(partial(bare.steps, num_steps), bare.images.device)
    return seconds / (num_steps * len(bare.images))


def measure(
    settings: Settings,
    *,
    device: torch.device,
    architecture: str,
    width: int = 64,
    batch_size: int = BATCH_SIZE,
) -> Ratio:
    """Measure seconds a training image, both sides in this process, an epoch's steps a turn.

    Args:
        settings: Where things are; the images are drawn.
        device: To train on.
        architecture: Name of the network.
        width: Of `small_resnet`.
        batch_size: Images of a batch; no more than there are training images.
    """
    config = run_config(
        settings,
        data=str(many_images(settings)),
        device=device.type,
        architecture=architecture,
        width=width,
        batch_size=batch_size,
        precision="bfloat16",
        channels_last=True,
    )
    fit, bare = start(config), make_bare(start(config))
    num_steps = len(fit.task.train) // batch_size
    return in_turns(
        lambda: seconds_an_image_of_ours(fit, device),
        lambda: seconds_an_image_of_bare(bare, num_steps=num_steps),
        n=settings.turns(TURNS),
        note=f"seconds a training image on {name_of(device)}, batches of {batch_size}, bfloat16, channels last; the "
        f"bare side's optimizer is fused; it waits for the device before and after; {OWN_CLOCK}",
    )


LINES = tuple(
    Line(
        name=name,
        what=f"images a second of one trial on the GPU, {network}",
        against="bare forward, backward and optimizer on one fixed batch on the device, same process, network, "
        "precision and batch size",
        to_reach=to_reach,
        measure=on_gpu(measure, architecture=architecture),
        draws_images=True,
    )
    for name, network, architecture, to_reach in (
        ("gpu_step", "resnet18 at 32 pixels", "resnet18", 0.95),
        ("gpu_step_small", "small_resnet of width 64", "small_resnet", None),
    )
)
