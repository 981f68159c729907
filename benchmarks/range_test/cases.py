"""The cases on which rules of the range test are judged: a target, start weights, a network."""

from dataclasses import dataclass
from pathlib import Path

from trainables.data import DataSource, PreparedData, prepare

SEEDS = (0, 1, 2)
GRID = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0)
"""Peak rates that are really trained, half a decade apart."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One task.

    Attributes:
        target: Name of the images to learn: a folder in the data folder, or "digits".
        per_class: Training images of each class.
        source: Name of the images that the start weights are trained on; "none" starts at random.
        architecture: Name of the network.
        width: Of `small_resnet`.
        phase: "all" trains every layer, "head" the head alone, on activations.
        half: "choose" where the case helps to choose the default rule, "report" where it is only reported.
    """

    target: str
    per_class: int
    source: str
    architecture: str
    width: int
    phase: str
    half: str

    @property
    def name(self) -> str:
        """Name that is unique among the cases."""
        network = f"{self.architecture}{self.width}" if self.architecture == "small_resnet" else "shufflenet"
        return f"{self.target}x{self.per_class}-from-{self.source}-{network}-{self.phase}"


_TASKS = (
    ("cifar02", 100, "none", "small_resnet", 8),
    ("cifar02", 100, "cifar01", "small_resnet", 8),
    ("cifar02", 100, "emnist01", "small_resnet", 8),
    ("emnist02", 100, "none", "small_resnet", 8),
    ("emnist02", 100, "emnist01", "small_resnet", 8),
    ("emnist02", 100, "cifar01", "small_resnet", 8),
    ("digits", 40, "none", "small_resnet", 16),
    ("digits", 40, "digits-source", "small_resnet", 16),
    ("cifar02", 25, "cifar01", "small_resnet", 16),
    ("emnist02", 8, "emnist01", "small_resnet", 8),
    ("cifar02", 100, "none", "small_resnet", 16),
    ("cifar02", 100, "cifar01", "small_resnet", 16),
    ("cifar02", 100, "cifar01", "shufflenet_v2_x0_5", 1),
    ("emnist02", 100, "none", "shufflenet_v2_x0_5", 1),
)


def all_cases() -> tuple[Case, ...]:
    """Return every case: each task with all layers and, from trained weights, with the head alone.

    The halves alternate in the order in which the tasks are listed, before anything is measured.
    """
    return tuple(
        Case(
            target=target,
            per_class=per_class,
            source=source,
            architecture=architecture,
            width=width,
            phase=phase,
            half="choose" if index % 2 == 0 else "report",
        )
        for index, (target, per_class, source, architecture, width) in enumerate(_TASKS)
        for phase in (("all", "head") if source != "none" else ("all",))
    )


def images(name: str, *, per_class: int | None, folder: Path) -> PreparedData:
    """Return prepared images: a folder of class folders at 32 pixels in colour, or five of the ten digits."""
    if name.startswith("digits"):
        classes = (0, 1, 2, 3, 4) if name == "digits-source" else (5, 6, 7, 8, 9)
        return prepare(DataSource(digits=True, classes=classes, train_per_class=per_class))
    return prepare(
        DataSource(
            folder=str(folder / name),
            image_size=32,
            channels="rgb",
            train_per_class=per_class,
            duplicates="report",
        )
    )


def common(case: Case, *, seed: int) -> dict[str, object]:
    """Return what every run of a case has."""
    return {
        "architecture": case.architecture,
        "width": case.width,
        "epochs": 8,
        "batch_size": 32 if case.per_class >= 40 else 16,
        "augment": "crop_flip" if case.target.startswith("cifar") else "crop",
        "num_threads": 1,
        "device": "cpu",
        "seed": seed,
    }
