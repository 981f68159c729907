"""The flat configuration of one run, parsed once into frozen settings."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from trainables.phases import Phase
from trainables.recipes import recipe
from trainables.settings import build

Augment = Literal["none", "flip", "crop", "crop_flip"]
Objective = Literal["accuracy", "balanced_accuracy"]


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """What every run has, whatever its recipe. Version 1 of the interface.

    Attributes:
        recipe: Name of a recipe; its own settings stand beside these keys.
        data: A folder of images, or the key of a prepared data set.
        epochs: Budget; all phases together.
        architecture: A torchvision classification model, or `small_resnet`.
        weights: "none", the name of torchvision weights, or a checkpoint file.
        width: Channels of the first stage of `small_resnet`; other networks ignore it.
        image_size: Side in pixels, where `data` is a folder; None takes the images' own.
        seed: Fixes the head's (and a random body's) start, the order of the batches and the augmentation.
        batch_size: Images of one optimizer step, at least 2.
        momentum: Of SGD, in [0, 1).
        nesterov: Whether the momentum is Nesterov's.
        weight_decay: L2 coefficient; biases and norms have none.
        augment: What is done to training images: pad-and-crop by an eighth of the side, horizontal flip.
        objective: What `val_objective` is.
        range_test_repeats: Range tests for each "auto" rate; their median is used.
        measure_test: Whether the test split is measured after the last epoch. Search must leave it off.
        device: Where to train; "auto" takes CUDA where there is a device.
        deterministic: On CUDA: refuse operations that do not repeat bitwise.
        num_threads: CPU threads; None leaves PyTorch's number.
        save_weights: File that takes the network's weights after the last epoch; None keeps none.
        cache: Folder for prepared data and activations; None takes the machine's.
        checkpoint_seconds: Least time between two checkpoints under Ray Tune.
        checkpoint_last: Whether the last epoch has a checkpoint, too.
    """

    recipe: str
    data: str
    epochs: int
    architecture: str = "small_resnet"
    weights: str = "none"
    width: int = 16
    image_size: int | None = None
    seed: int = 0
    batch_size: int = 32
    momentum: float = 0.9
    nesterov: bool = False
    weight_decay: float = 5e-4
    augment: Augment = "crop_flip"
    objective: Objective = "accuracy"
    range_test_repeats: int = 3
    measure_test: bool = False
    device: Literal["auto", "cpu", "cuda"] = "auto"
    deterministic: bool = False
    num_threads: int | None = None
    save_weights: str | None = None
    cache: str | None = None
    checkpoint_seconds: float = 60.0
    checkpoint_last: bool = True

    def __post_init__(self) -> None:
        for name, least in (("epochs", 1), ("width", 1), ("batch_size", 2), ("range_test_repeats", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}: {least} or more is allowed")
        if not 0 <= self.momentum < 1:
            raise ValueError(f"momentum is {self.momentum}: 0 <= momentum < 1 is allowed")
        if self.nesterov and self.momentum == 0:
            raise ValueError("nesterov is true, but momentum is 0: it needs a momentum above 0")
        if not self.weight_decay >= 0:
            raise ValueError(f"weight_decay is {self.weight_decay}: 0 or more is allowed")


COMMON_KEYS = frozenset(f.name for f in fields(RunConfig))


def parse_config(config: Mapping[str, Any]) -> tuple[RunConfig, tuple[Phase, ...]]:
    """Return the run's settings and the phases that its recipe plans.

    Args:
        config: Flat mapping: the keys of `RunConfig` and those of the recipe's `Settings`.

    Raises:
        ValueError: Naming every key that is unknown, missing, mistyped or out of range.
    """
    if "recipe" not in config:
        raise ValueError("config.recipe: missing")
    module = recipe(config["recipe"])
    own_keys = {f.name for f in fields(module.Settings)}
    unknown = sorted(set(config) - COMMON_KEYS - own_keys)
    if unknown:
        raise ValueError(
            f"config: unknown keys {', '.join(unknown)} (recipe {config['recipe']} takes "
            f"{', '.join(sorted(own_keys))}; every run takes {', '.join(sorted(COMMON_KEYS))})"
        )
    run = build(RunConfig, {k: v for k, v in config.items() if k in COMMON_KEYS})
    settings = build(module.Settings, {k: v for k, v in config.items() if k in own_keys})
    return run, module.phases(settings, epochs=run.epochs)
