"""Images for the GPU lines: as many as CIFAR-10 has, so that an epoch is more than a moment."""

from pathlib import Path

from benchmarks.harness.drawn_images import draw_images
from benchmarks.harness.settings import Settings

NUM_CLASSES = 10
PER_CLASS = {"train": 4096, "val": 40, "test": 40}
"""Training images come to 80 batches of 512, none of them smaller than the others."""
FEW_PER_CLASS = {"train": 32, "val": 4, "test": 4}


def many_images(settings: Settings) -> Path:
    """Return a folder of drawn images, drawn once for all lines; of a few where a run is to be quick."""
    per_class = FEW_PER_CLASS if settings.quick else PER_CLASS
    return draw_images(settings.work / "many-images", per_class=per_class, num_classes=NUM_CLASSES)
