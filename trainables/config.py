"""The flat configuration of one run, parsed once into frozen settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal

from trainables.data.sources.source import DEFAULT_FIT, FitToSquare
from trainables.errors import Problem, SettingError, refused
from trainables.limits import (
    BatchSize,
    Bounds,
    Epochs,
    ImageSize,
    NotNegative,
    Repeats,
    Seed,
    Threads,
    Views,
    Width,
)
from trainables.networks.names import SMALL_RESNET
from trainables.networks.normalisation import WEIGHTS, given_normalisation
from trainables.objectives import OBJECTIVE_FORMS, objective_of
from trainables.plan.phases import Phase
from trainables.plan.training import LEAST_CHANNELS_LAST, Training
from trainables.range_test.rules import DEFAULT_RULE, RuleName
from trainables.recipes import recipe, starts_at_random
from trainables.settings import build, check_bounds

Validate = Literal["every_epoch", "judged"]


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """What every run has, whatever its recipe. Version 1 of the interface.

    The keys of `trainables.plan.training.Training` stand beside these, and the recipe's own.

    Attributes:
        recipe: Name of a recipe.
        data: A folder, an archive or a list of images, or the key of a prepared data set.
        epochs: Budget; all phases together.
        architecture: A torchvision classification model, `small_resnet`, or `timm/NAME` with timm installed.
        weights: "none", the name of torchvision weights, "pretrained" (torchvision's `DEFAULT`; of timm those of
            the network's tag), or a file.
        normalisation: What images are normalised by: "weights" (what the start weights were trained with, see
            `trained_with`; with `weights: none` the training images' own), "data" (the training images'
            own), or MEAN/STD on a scale of 0 to 1, such as "0.5/0.5" or "0.485,0.456,0.406/0.229,0.224,0.225".
        width: Channels of the first stage of `small_resnet`; other networks ignore it.
        image_size: Side in pixels, where `data` is a folder; None takes the images' own.
        fit: How images that are no squares become squares, where `data` is a folder: "crop", "pad" or "squash".
        seed: Fixes the head's (and a random body's) start, the order of the batches and the augmentation.
        head_init: How the head's weights start: "default" as PyTorch draws a linear layer's, "xavier" uniform
            within sqrt(6 / (inputs + outputs)) with biases of 0 (Glorot & Bengio, 2010).
        zero_gamma: Whether the last norm of every residual block starts at 0, so that blocks start as the
            identity (Goyal et al., 2017); only with `weights: none`, on networks that have such norms.
        batch_size: Images of a batch, at least 2.
        objective: What `val_objective` is, see `trainables.objectives`.
        positive: Index of the class that a sensitivity is of; -1 is the last. Other objectives have none.
        range_test_rule: Which rule makes a suggestion out of a range test, see `trainables.range_test.rules`.
        range_test_repeats: Range tests for each "auto" rate; their median is used.
        tta_views: Augmented views that are averaged with the image in a further evaluation of the last model;
            0 leaves it out.
        snapshots: Networks of the latest cycle ends, at most, that are kept for an ensemble of their predictions
            and an average of their weights; 0 leaves both out.
        validate: When the validation split is measured: after every epoch, or only after judged ones, the last one of
            every phase among them. The training is the same.
        measure_test: Whether the test split is measured after the last epoch. Search must leave it off.
        share_prefixes: Name of a group of runs; the epochs that runs of it begin alike with are trained by one of
            them and kept in the cache for the others. The records are the same but for the seconds, and those of such
            epochs come all at once. None shares nothing, as a run must that is to be timed.
        device: Where to train; "auto" takes CUDA where there is a device.
        deterministic: On CUDA: refuse operations that do not repeat bitwise.
        num_threads: CPU threads; None leaves PyTorch's number.
        save_weights: File that takes the network's weights after the last epoch; None keeps none.
        continue_from: State file that the same run saved at an epoch's end, to go on from; None begins anew.
        profile: JSON file that takes where the seconds of the first steps of the last phase's second epoch went, with
            a trace beside it; None traces nothing.
        cache: Folder for prepared data and activations; None takes the machine's.
        checkpoint_seconds: Least time between two checkpoints under Ray Tune.
        checkpoint_last: Whether the last epoch has a checkpoint, too.
    """

    recipe: str
    data: str
    epochs: Epochs
    architecture: str = "small_resnet"
    weights: str = "none"
    normalisation: str = WEIGHTS
    width: Width = 16
    image_size: ImageSize | None = None
    fit: FitToSquare = DEFAULT_FIT
    seed: Seed = 0
    head_init: Literal["default", "xavier"] = "default"
    zero_gamma: bool = False
    batch_size: BatchSize = 32
    objective: str = "accuracy"
    positive: Annotated[int, Bounds(least=-1)] = -1
    range_test_rule: RuleName = DEFAULT_RULE
    range_test_repeats: Repeats = 3
    tta_views: Views = 0
    snapshots: Views = 0
    validate: Validate = "every_epoch"
    measure_test: bool = False
    share_prefixes: str | None = None
    device: Literal["auto", "cpu", "cuda"] = "auto"
    deterministic: bool = False
    num_threads: Threads | None = None
    save_weights: str | None = None
    continue_from: str | None = None
    profile: str | None = None
    cache: str | None = None
    checkpoint_seconds: NotNegative = 60.0
    checkpoint_last: bool = True

    def __post_init__(self) -> None:
        check_bounds(self)
        try:
            objective_of(self.objective)
        except ValueError as error:
            raise refused("objective", self.objective, ", ".join(OBJECTIVE_FORMS)) from error
        if self.share_prefixes is not None and not re.fullmatch(r"\w[\w.-]*", self.share_prefixes):
            allowed = "a name of letters, digits, _, . and -, the first one no . or -"
            raise refused("share_prefixes", self.share_prefixes, allowed)
        given_normalisation(self.normalisation)
        if self.zero_gamma and self.weights != "none":
            raise refused(
                "zero_gamma",
                self.zero_gamma,
                "false, or weights none",
                but=f"weights are {self.weights!r}, which replace what it sets",
            )

    @property
    def measured_by(self) -> str:
        """The objective, and of a sensitivity the class that it is of: what runs that are compared have in common."""
        if objective_of(self.objective).specificity is None:
            return self.objective
        return f"{self.objective} of class {self.positive}"


RUN_KEYS = frozenset(f.name for f in fields(RunConfig))
TRAINING_KEYS = frozenset(f.name for f in fields(Training))
COMMON_KEYS = RUN_KEYS | TRAINING_KEYS


def check_layout(run: RunConfig, training: Training) -> None:
    """Refuse what makes PyTorch write past the end of its memory on a CPU, see `LEAST_CHANNELS_LAST`.

    Raises:
        SettingError: If the network is a `small_resnet` with too few channels, and a CPU may train it.
    """
    if run.architecture != SMALL_RESNET or run.width >= LEAST_CHANNELS_LAST:
        return
    for name in ("channels_last", "compile"):  # the compiler puts channels last, too
        if getattr(training, name) and _trains_on_cpu(run.device):
            raise refused(
                name,
                True,
                f"false, or a width of {LEAST_CHANNELS_LAST} or more",
                but=f"width is {run.width}",
                because="as PyTorch crashes on a CPU with fewer channels",
            )


def _trains_on_cpu(device: str) -> bool:
    if device != "auto":
        return device == "cpu"
    import torch

    return not torch.cuda.is_available()


def parse_config(config: Mapping[str, Any]) -> tuple[RunConfig, tuple[Phase, ...]]:
    """Return the run's settings and the phases that its recipe plans.

    Args:
        config: Flat mapping: the keys of `RunConfig`, of `Training` and of the recipe's `Settings`. A recipe whose
            module says `RANDOM_START` starts from `weights: none`, whatever is given.

    Raises:
        SettingError: Naming every key that is unknown, missing, mistyped or out of range.
    """
    if "recipe" not in config:
        raise SettingError(
            [Problem(field="recipe", says="missing", allowed="the name of a recipe")], "config"
        )
    module = recipe(config["recipe"])
    own_keys = {f.name for f in fields(module.Settings)}
    unknown = sorted(set(config) - COMMON_KEYS - own_keys)
    if unknown:
        allowed = (
            f"recipe {config['recipe']} takes {', '.join(sorted(own_keys))}; every run takes "
            f"{', '.join(sorted(COMMON_KEYS))}"
        )
        says = f"unknown keys {', '.join(unknown)} ({allowed})"
        raise SettingError([Problem(field="", says=says, allowed=allowed, names_itself=True)], "config")
    if starts_at_random(config["recipe"]):
        config = {**config, "weights": "none"}
    run = build(RunConfig, {k: v for k, v in config.items() if k in RUN_KEYS})
    training = build(Training, {k: v for k, v in config.items() if k in TRAINING_KEYS})
    settings = build(module.Settings, {k: v for k, v in config.items() if k in own_keys})
    check_layout(run, training)
    return run, module.phases(settings, epochs=run.epochs, training=training)
