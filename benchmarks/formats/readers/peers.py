"""What others read images with, each as its own documentation does; imported only where it is asked."""

import importlib.metadata
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.formats.kinds.kind import Pixels

Read = Callable[[Path], Pixels]


class LeftOutError(Exception):
    """The reader does not see the file: it is left out without a word."""


def image_folder(folder: Path) -> Read:
    """Return how torchvision's ImageFolder reads the files that lie in the only class of a folder."""
    from torchvision.datasets import ImageFolder

    images = ImageFolder(str(folder.parent))
    places = {Path(path): place for place, (path, _) in enumerate(images.samples)}

    def read(path: Path) -> Pixels:
        if path not in places:
            raise LeftOutError
        return np.asarray(images[places[path]][0])

    return read


def decode_image(_: Path) -> Read:
    """Return how torchvision's own decoders read a file."""
    from torchvision.io import decode_image

    return lambda path: decode_image(str(path), mode="RGB").permute(1, 2, 0).numpy()


def fastai(_: Path) -> Read:
    """Return how fastai's ImageBlock reads a file."""
    from fastai.vision.core import PILImage

    return lambda path: np.asarray(PILImage.create(path))


def datasets(_: Path) -> Read:
    """Return how the Image feature of Hugging Face's datasets reads a file, asked for RGB."""
    from datasets import Image

    feature = Image(mode="RGB")
    return lambda path: np.asarray(feature.decode_example({"path": str(path), "bytes": None}))


def lrstudy(_: Path) -> Read:
    """Return how lrstudy reads a file."""
    from benchmarks.formats.readers.ours import read

    return read


READERS: dict[str, Callable[[Path], Read]] = {
    "lrstudy": lrstudy,
    "ImageFolder": image_folder,
    "fastai": fastai,
    "datasets": datasets,
    "decode_image": decode_image,
}
"""By the name in the table."""
PACKAGES = {
    "lrstudy": ("pillow", "pillow-heif", "pydicom", "tifffile"),
    "ImageFolder": ("torchvision", "pillow"),
    "fastai": ("fastai", "pillow"),
    "datasets": ("datasets", "pillow"),
    "decode_image": ("torchvision",),
}
"""Whose versions are told; the reader's own first."""


def versions(name: str) -> str:
    """Return the versions that a reader ran with."""
    return ", ".join(f"{package} {importlib.metadata.version(package)}" for package in PACKAGES[name])
