"""The keys of a study file: types, ranges and defaults. What depends on several keys is in `spec_checks`."""

import re
from collections.abc import Callable
from dataclasses import fields
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    WrapValidator,
    model_validator,
)

from study.spec.checks.doubtful import spec_warnings
from study.spec.errors import shown
from study.spec.numbers import by_type
from study.spec.section import COUNT, SWITCH, Section
from study.spec.tracking_address import without_secrets
from study.spec.training import TrainingSpec
from study.spec.values import Choice, Scalar, Value, flatten, parse_scalar, parse_value, to_plain
from study.trial_schedulers.base import TrialScheduler
from study.trial_schedulers.registry import ALLOWED as SCHEDULERS_ALLOWED
from study.trial_schedulers.registry import make_trial_scheduler, well_formed
from trainables.compute.execution import Layout, UnscaledPrecision
from trainables.config import RunConfig
from trainables.data.source import DataSource, parse_source
from trainables.networks.normalisation import ALLOWED as NORMALISATION_ALLOWED
from trainables.networks.normalisation import WEIGHTS, as_setting, given_normalisation

NAME = "letters, digits, - _ . (a letter, a digit or _ first; 80 at most; quote a number)"
MAX_NAME_BYTES = 240
"""Of a study's name: with what stands beside it, it is the name of files and folders."""
TRACKING_FILES = ("mlflow.db", "mlflow-artifacts")
"""What lies in the folder of all results beside the studies' own, see `study.spec.tracking_address`."""
ARM_NAME = "letters, digits, - _ (a letter, a digit or _ first; 40 at most; quote a number); not 'source'"
TEXT = "a text"
MAX_SEEDS = 1_000
"""Most selection or confirmation seeds: `study.spec.seeds` keeps the blocks of that many apart."""
MAX_SEARCHES = 20
"""Most independent searches of an arm; they share the blocks of seeds among themselves."""
SHIFT = MAX_SEEDS // MAX_SEARCHES
"""Distance between the seeds of an arm's independent searches, and the most that each part of one may have."""


def _source(raw: object, info: ValidationInfo) -> DataSource:
    if isinstance(raw, DataSource):
        return raw
    if not isinstance(raw, dict):
        raise ValueError(
            f"{shown(raw)} is not allowed; keys and values, one of them folder, torchvision or digits"
        )
    return parse_source(raw, f"data.{info.field_name}")


def _plain_source(source: DataSource) -> dict[str, Any]:
    values = {f.name: getattr(source, f.name) for f in fields(source) if getattr(source, f.name) != f.default}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def _architecture(raw: object) -> str | Choice:
    value = parse_value(raw)
    names = value.values if isinstance(value, Choice) else (value,)
    if not all(isinstance(name, str) and name for name in names):
        raise ValueError(
            f"{shown(raw)} is not allowed; the name of a network, or {{choice: [...]}} of such names"
        )
    return value if isinstance(value, Choice) else str(value)


PRETRAINED = "pretrained"
WEIGHTS_ALLOWED = (
    "none, source, pretrained (torchvision's DEFAULT; of timm those of the name's tag), the name of torchvision "
    "weights, or a file"
)
LAYOUTS = "auto, contiguous or channels_last, or one of the last two for each network, such as {resnet18: contiguous}"
PRECISIONS = (
    "float32, bfloat16 or auto, or one of the first two for each network, such as {resnet18: bfloat16}"
)


def _normalisation(raw: object) -> str:
    """Return the setting as the flat configuration has it."""
    if isinstance(raw, dict):
        if raw.keys() != {"mean", "std"}:
            raise ValueError(f"{shown(raw)} is not allowed; {NORMALISATION_ALLOWED}")
        return as_setting(*(_numbers(raw[key], key) for key in ("mean", "std")))
    if not isinstance(raw, str):
        raise ValueError(f"{shown(raw)} is not allowed; {NORMALISATION_ALLOWED}")
    given = given_normalisation(raw)
    return raw if given is None else as_setting(*given.values)


def _numbers(raw: object, key: str) -> list[float]:
    values: list[Any] = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        raise ValueError(f"{key} is {shown(raw)}; {NORMALISATION_ALLOWED}")
    return values


def _plain_normalisation(setting: str) -> str | dict[str, list[float]]:
    given = given_normalisation(setting)
    return setting if given is None else {"mean": list(given.mean), "std": list(given.std)}


def _gpu_share(raw: object) -> object:
    if isinstance(raw, str) and re.fullmatch(r"\d+ ?/ ?[1-9]\d*", raw.strip()):
        return float(Fraction(raw.replace(" ", "")))
    return raw


def _one_sentence(allowed: str) -> WrapValidator:
    """Return a validator of a union: of a value that is of none of its kinds, one sentence instead of one for each."""

    def validated(raw: object, validate: Callable[[object], Any]) -> Any:
        try:
            return validate(raw)
        except ValidationError:
            raise ValueError(f"{shown(raw)} is not allowed; {allowed}") from None

    return WrapValidator(validated)


def _whole_above_one(gpus: float) -> float:
    if gpus > 1 and gpus != int(gpus):
        raise ValueError(f"{gpus} is not allowed; a share of a GPU up to 1, or a whole number of GPUs")
    return gpus


def _local(storage: str) -> str:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", storage):
        raise ValueError(f"{storage!r} is not allowed; for now only a folder that is local or mounted")
    return storage


def _tracking_uri(uri: str) -> str:
    if without_secrets(uri) != uri:
        raise ValueError(
            f"{without_secrets(uri)!r} was given with a user or a password, which would be written down with the "
            "study; give them in the environment: MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or PGUSER "
            "and PGPASSWORD"
        )
    if re.match(r"https?://[^/]|sqlite:///.|postgresql(\+\w+)?://.", uri):
        return uri
    why = " (MLflow 3 refuses stores of plain files)" if uri.startswith("file:") or "://" not in uri else ""
    raise ValueError(f"{uri!r} is not allowed{why}; http(s)://HOST, sqlite:///FILE or postgresql://...")


def _free_name(name: str) -> str:
    if name == "source":
        raise ValueError(
            f"{name!r} is not allowed; the name is taken by the training of the source's weights"
        )
    return name


def _folder_name(name: str) -> str:
    if len(name.encode()) > MAX_NAME_BYTES:
        raise ValueError(f"{shown(name)} is not allowed; at most {MAX_NAME_BYTES} bytes, as it names folders")
    if name.startswith(TRACKING_FILES):
        raise ValueError(f"{name!r} is not allowed; MLflow's files lie under {' and '.join(TRACKING_FILES)}")
    return name


ArmName = Annotated[str, Field(pattern=r"^\w[\w-]*$", max_length=40), AfterValidator(_free_name)]
Source = Annotated[DataSource, PlainValidator(_source), PlainSerializer(_plain_source)]
Constant = Annotated[Scalar, PlainValidator(parse_scalar)]
SearchValue = Annotated[Value, PlainValidator(parse_value), PlainSerializer(to_plain)]
Architecture = Annotated[str | Choice, PlainValidator(_architecture), PlainSerializer(to_plain)]


NormalisationSetting = Annotated[
    str,
    PlainValidator(_normalisation),
    PlainSerializer(_plain_normalisation),
    Field(description=NORMALISATION_ALLOWED),
]


class DataSpec(Section):
    """The images."""

    target: Source
    source: Source | None = None


class ModelSpec(Section):
    """The networks, the same for every arm, and the weights that they start from."""

    architecture: Architecture = "small_resnet"
    weights: str = Field(default="none", min_length=1, description=WEIGHTS_ALLOWED)
    normalisation: NormalisationSetting = WEIGHTS
    width: int = Field(default=RunConfig.width, ge=1, description=COUNT)
    source_epochs: int = Field(default=15, ge=1, description=COUNT)
    source_lr: float = Field(default=1e-2, gt=0, description="a number above 0")

    @property
    def architectures(self) -> tuple[str, ...]:
        """The networks that a trial may have, in the order of the file."""
        one = self.architecture
        return tuple(map(str, one.values)) if isinstance(one, Choice) else (one,)


class ArmSpec(Section):
    """A recipe, the values that it searches, and constants of the recipe beside them."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Constant]

    @model_validator(mode="before")
    @classmethod
    def _by_type(cls, raw: Any) -> Any:
        """Return numbers as the recipe's settings have them, so that `lr: 1` and `lr: 1.0` are one study."""
        return by_type(raw) if isinstance(raw, dict) else raw

    recipe: str = Field(description="the name of a recipe")
    search: dict[str, SearchValue] = Field(description="settings and their values; {} searches nothing")

    @property
    def constants(self) -> dict[str, Scalar]:
        """The settings given beside `search`."""
        return dict(self.__pydantic_extra__)

    @property
    def values(self) -> dict[str, Value]:
        """Every setting that is given, by the recipe's own keys: constants and what is searched."""
        return self.constants | flatten(self.search)


class BudgetSpec(Section):
    """Trials and epochs for each arm; minutes for the whole search."""

    trials: int = Field(default=24, ge=1, description=COUNT)
    epochs: int = Field(default=15, ge=1, description=COUNT)
    minutes: float | None = Field(default=None, gt=0, description="a number above 0, or nothing for no limit")


class SearchSpec(Section):
    """How configurations are suggested, which of their trials are stopped early, and how often all of it is done.

    Each of the `repeats` has the whole budget of trials, seeds of its own, and a winner of its own, which is confirmed.
    """

    algorithm: Literal["tpe", "random", "quasi_random", "grid"] = Field(
        default="tpe", description="tpe, random, quasi_random (a Sobol sequence) or grid"
    )
    seed: int = Field(default=0, ge=0, le=100_000, description="a whole number from 0 to 100000")
    trial_scheduler: Annotated[str, AfterValidator(well_formed)] = Field(
        default="none", description=SCHEDULERS_ALLOWED
    )
    grace_period: int | None = Field(
        default=None,
        ge=1,
        description="epochs, a whole number of at least 1, or nothing for a third of budget.epochs",
    )
    reduction_factor: int = Field(default=3, ge=2, description="a whole number of at least 2")
    repeats: int = Field(
        default=1,
        ge=1,
        le=MAX_SEARCHES,
        description=f"independent searches of each arm, a whole number from 1 to {MAX_SEARCHES}",
    )


class SelectionSpec(Section):
    """Further seeds for each arm's best trials, before its winner is chosen."""

    top: int = Field(default=3, ge=1, description=COUNT)
    seeds: int = Field(default=2, ge=0, le=MAX_SEEDS, description=f"a whole number from 0 to {MAX_SEEDS}")


class ConfirmSpec(Section):
    """Fresh seeds that the winners are compared on."""

    seeds: int = Field(
        default=5, ge=0, le=MAX_SEEDS, description=f"a whole number from 0 (no confirmation) to {MAX_SEEDS}"
    )
    per_architecture: bool = Field(default=False, description=SWITCH)


class CompareSpec(Section):
    """What the arms are compared with, and by."""

    reference: str = Field(description="the name of an arm")
    objective: Literal["auto", "accuracy", "balanced_accuracy"] = Field(
        default="auto", description="auto, accuracy or balanced_accuracy"
    )
    cost_per_hour: float | None = Field(default=None, ge=0, description="a number, at least 0, or nothing")
    confidence: float = Field(default=0.95, gt=0.5, lt=1, description="a number between 0.5 and 1")


class ResourcesSpec(Section):
    """What one trial takes, how often its state is saved, and how many confirmed networks' weights are kept.

    `layout` is how images and weights lie in memory, `precision` that of forward and backward; "auto" is probed on a
    CPU, and becomes a choice for each network.
    """

    cpus: int = Field(default=1, ge=1, description=COUNT)
    gpus: Annotated[float, BeforeValidator(_gpu_share), AfterValidator(_whole_above_one)] = Field(
        default=0.0, ge=0, description="0, a share up to 1 such as 1/2 or 0.5, or a whole number"
    )
    checkpoint_seconds: float = Field(
        default=60.0,
        ge=0,
        description="seconds between two saved states of a trial; 0 saves one every epoch",
    )
    keep_checkpoints: int = Field(default=5, ge=0, description="a whole number, at least 0")
    layout: Annotated[Literal["auto"] | Layout | dict[str, Layout], _one_sentence(LAYOUTS)] = Field(
        default="auto", description=LAYOUTS
    )
    precision: Annotated[
        Literal["auto"] | UnscaledPrecision | dict[str, UnscaledPrecision], _one_sentence(PRECISIONS)
    ] = Field(default="float32", description=PRECISIONS)


class TrackingSpec(Section):
    """Where MLflow keeps the runs."""

    uri: Annotated[str, AfterValidator(_tracking_uri)] | None = Field(
        default=None,
        description="http(s)://HOST, sqlite:///FILE or postgresql://..., or nothing for a local store",
    )
    experiment: str = Field(
        default="lrstudy", min_length=1, max_length=250, description=f"{TEXT}, 250 characters at most"
    )


class StudySpec(Section):
    """A whole study file, resolved: paths are absolute, and no key is left open."""

    name: Annotated[
        str, Field(pattern=r"^\w[\w.-]*$", max_length=80, description=NAME), AfterValidator(_folder_name)
    ]
    data: DataSpec
    model: ModelSpec = ModelSpec()
    arms: dict[ArmName, ArmSpec] = Field(min_length=1, description="at least one arm: a name and its recipe")
    training: TrainingSpec = TrainingSpec()
    budget: BudgetSpec = BudgetSpec()
    search: SearchSpec = SearchSpec()
    selection: SelectionSpec = SelectionSpec()
    confirm: ConfirmSpec = ConfirmSpec()
    compare: CompareSpec
    resources: ResourcesSpec = ResourcesSpec()
    tracking: TrackingSpec = TrackingSpec()
    storage: Annotated[str, Field(min_length=1), AfterValidator(_local)] | None = Field(
        default=None, description="a folder"
    )
    presets: dict[str, dict[str, Any]] = Field(
        default={}, description="names, each with keys and values of a study file"
    )

    def make_trial_scheduler(self) -> TrialScheduler:
        """Return the trial scheduler that `search` names.

        Raises:
            ValueError: In words that follow the field's path, if one of the user's own cannot be imported or made.
        """
        return make_trial_scheduler(
            self.search.trial_scheduler,
            max_epochs=self.budget.epochs,
            grace_period=self.search.grace_period or max(1, self.budget.epochs // 3),
            reduction_factor=self.search.reduction_factor,
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on what is allowed, but hardly meant."""
        return tuple(spec_warnings(self))
