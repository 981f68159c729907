"""The tasks that a default configuration is chosen and tested on: start weights, images to learn, how many of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainables.data import DataSource, PreparedData, prepare
from trainables.run import train

IMAGENET = "timm/tf_efficientnet_lite0"
EPOCHS, SOURCE_EPOCHS = 8, 10

CLASSES: Mapping[str, tuple[str, tuple[str | int, ...]]] = {
    "cifar-a": ("cifar10", ("airplane", "cat", "horse", "ship")),
    "cifar-b": ("cifar10", ("automobile", "bird", "dog", "frog")),
    "cifar-c": ("cifar10", ("deer", "truck")),
    "emnist-1": ("emnist8", ("E", "M", "U", "n")),
    "emnist-2": ("emnist8", ("0", "F", "N", "V")),
    "milk": (
        "grocery16",
        (
            "Arla-Ecological-Medium-Fat-Milk",
            "Arla-Lactose-Medium-Fat-Milk",
            "Arla-Medium-Fat-Milk",
            "Arla-Standard-Milk",
            "Garant-Ecological-Medium-Fat-Milk",
            "Garant-Ecological-Standard-Milk",
        ),
    ),
    "juice": (
        "grocery16",
        (
            "Bravo-Apple-Juice",
            "Bravo-Orange-Juice",
            "God-Morgon-Apple-Juice",
            "God-Morgon-Orange-Juice",
            "Tropicana-Apple-Juice",
            "Tropicana-Golden-Grapefruit",
        ),
    ),
    "digits-even": ("digits", (0, 2, 4, 6, 8)),
    "digits-odd": ("digits", (1, 3, 5, 7, 9)),
    "digits-low": ("digits", (0, 1, 2, 3, 4)),
    "digits-high": ("digits", (5, 6, 7, 8, 9)),
}
"""Images of a name: the folder (or scikit-learn's digits), and the classes of it."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A pair of start weights and images to learn.

    Attributes:
        source: Name of the images that the start weights of `small_resnet` are trained on, or "imagenet": the weights
            of a photograph network.
        target: Name of the images to learn; tasks with the same ones are left out together.
        per_class: Training images of each class.
        image_size: Side in pixels.
    """

    source: str
    target: str
    per_class: int
    image_size: int

    @property
    def name(self) -> str:
        """Name that is unique among the tasks."""
        return f"{self.source}->{self.target}x{self.per_class}"

    @property
    def weights_kind(self) -> str:
        """Which constant of the default the task has: "imagenet" or "source"."""
        return "imagenet" if self.source == "imagenet" else "source"


TASKS = (
    Task(source="cifar-a", target="cifar-b", per_class=50, image_size=32),
    Task(source="digits-low", target="digits-high", per_class=20, image_size=8),
    Task(source="digits-high", target="digits-low", per_class=20, image_size=8),
    Task(source="digits-even", target="digits-odd", per_class=60, image_size=8),
    Task(source="digits-odd", target="digits-even", per_class=8, image_size=8),
    Task(source="imagenet", target="milk", per_class=10, image_size=64),
    Task(source="imagenet", target="cifar-a", per_class=15, image_size=64),
    Task(source="emnist-1", target="emnist-2", per_class=20, image_size=28),
    Task(source="emnist-2", target="emnist-1", per_class=20, image_size=28),
    Task(source="cifar-a", target="emnist-1", per_class=20, image_size=28),
    Task(source="cifar-b", target="cifar-a", per_class=50, image_size=32),
    Task(source="cifar-b", target="cifar-c", per_class=50, image_size=32),
    Task(source="imagenet", target="juice", per_class=10, image_size=64),
    Task(source="imagenet", target="cifar-b", per_class=15, image_size=64),
)
"""In the order in which they are run: what is done when time is up is used."""


def images(name: str, *, per_class: int | None, side: int, folder: Path, cache: Path) -> PreparedData:
    """Return prepared images of a name; a fifth of the training images (grocery: a quarter) is for validation."""
    at, classes = CLASSES[name]
    if at == "digits":
        return prepare(DataSource(digits=True, classes=classes, train_per_class=per_class), cache=cache)
    source = DataSource(
        folder=str(folder / at),
        classes=classes,
        image_size=side,
        channels="rgb",
        train_per_class=per_class,
        val_fraction=0.25 if at == "grocery16" else 0.1,
        duplicates="report",
    )
    return prepare(source, cache=cache)


def common(task: Task, *, folder: Path, work: Path, weights: str) -> dict[str, Any]:
    """Return what all runs of a task share; its start weights are trained on the first call.

    Args:
        task: The task.
        folder: Folder of the trees `cifar10`, `emnist8` and `grocery16`.
        work: Folder for what is prepared and trained.
        weights: File of the ImageNet weights.
    """
    data = images(
        task.target, per_class=task.per_class, side=task.image_size, folder=folder, cache=work / "cache"
    )
    flips = CLASSES[task.target][0] == "cifar10"
    shared = {
        "batch_size": 16,
        "augment": "crop_flip" if flips else "crop",
        "num_threads": 1,
        "device": "cpu",
        "validate": "judged",
        "cache": str(work / "cache"),
        "epochs": EPOCHS,
    }
    if task.source == "imagenet":
        return {**shared, "data": data.key, "architecture": IMAGENET, "weights": weights}
    file = work / f"{task.source}-{task.image_size}.pt"
    network = {"architecture": "small_resnet", "width": 8}
    if not file.is_file():
        known = images(task.source, per_class=None, side=task.image_size, folder=folder, cache=work / "cache")
        start = {"recipe": "cosine", "lr": 0.03, "batch_size": 32, "epochs": SOURCE_EPOCHS, "data": known.key}
        *_, last = train({**shared, **network, **start, "save_weights": str(file)})
        assert last.status == "finished"
    return {**shared, **network, "data": data.key, "weights": str(file)}
