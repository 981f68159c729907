"""The keys of a study file: types, bounds and defaults. What depends on several keys is in `study.spec.checks`."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationError,
    model_validator,
)

from analysis.loading.settings import MARGIN, TIME_MARGIN
from analysis.statistics.planned_looks import planned_looks
from study.ranges import Scalar, Value
from study.samplers.registry import ALLOWED as SAMPLERS_ALLOWED
from study.samplers.registry import sampler_class
from study.samplers.registry import well_formed as well_formed_sampler
from study.spec.checks.doubtful import spec_warnings
from study.spec.data_section import DataSpec, ModelSpec
from study.spec.resources_section import ResourcesSpec, TrackingSpec
from study.spec.section import Section
from study.spec.training import TrainingSpec
from study.spec.values import by_type, flatten, parse_scalar, parse_value, to_plain
from study.trial_schedulers.base import TrialScheduler
from study.trial_schedulers.registry import ALLOWED as SCHEDULERS_ALLOWED
from study.trial_schedulers.registry import make_trial_scheduler
from study.trial_schedulers.registry import well_formed as well_formed_scheduler
from trainables.errors import shown
from trainables.limits import MAX_EPOCHS, Bounds, Epochs
from trainables.objectives import OBJECTIVE_FORMS, objective_of

NAME = "letters, digits, - _ . (a letter, a digit or _ first; 80 at most; quote a number)"
MAX_NAME_BYTES = 240
OBJECTIVES_ALLOWED = f"auto, {', '.join(OBJECTIVE_FORMS)}"
"""Of a study's name: with what stands beside it, it is the name of files and folders."""
TRACKING_FILES = ("mlflow.db", "mlflow-artifacts")
"""What lies in the folder of all results beside the studies' own, see `study.spec.tracking_address`."""
ARM_NAME = "letters, digits, - _ (a letter, a digit or _ first; 40 at most; quote a number); not 'source'"
MAX_SEEDS = 1_000
"""Most selection or confirmation seeds: `study.spec.seeds` keeps the blocks of that many apart."""
MAX_SPLITS = 50
"""Most splits of a confirmation."""
MAX_SEARCHES = 20
"""Most independent searches of an arm; they share the blocks of seeds among themselves."""
SHIFT = MAX_SEEDS // MAX_SEARCHES
"""Distance between the seeds of an arm's independent searches, and the most that each part of one may have."""


def _local(storage: str) -> str:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", storage):
        raise ValueError(f"{storage!r} is not allowed; for now only a folder that is local or mounted")
    return storage


def _objective(name: str) -> str:
    try:
        if name != "auto":
            objective_of(name)
    except ValueError as error:
        raise ValueError(f"{name!r} is not allowed; {OBJECTIVES_ALLOWED}") from error
    return name


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


Trials = Annotated[int, Bounds(least=1, limit=100_000)]
"""MLflow's store takes 0.2 MB a trial."""
ArmName = Annotated[str, Field(pattern=r"^\w[\w-]*$", max_length=40), AfterValidator(_free_name)]
Constant = Annotated[Scalar, PlainValidator(parse_scalar)]
SearchValue = Annotated[Value, PlainValidator(parse_value), PlainSerializer(to_plain)]


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

    trials: Trials = 24
    epochs: Epochs = 15
    minutes: Annotated[float | None, Bounds(above=0)] = Field(
        default=None, description="a number above 0, or nothing for no limit"
    )


class SearchSpec(Section):
    """How configurations are suggested, which of their trials are stopped early, and how often all of it is done.

    Each of the `repeats` has the whole budget of trials, seeds of its own, and a winner of its own, which is confirmed.
    """

    algorithm: Annotated[str, AfterValidator(well_formed_sampler)] = Field(
        default="tpe", description=SAMPLERS_ALLOWED
    )
    seed: Annotated[int, Bounds(least=0, most=100_000)] = 0
    trial_scheduler: Annotated[str, AfterValidator(well_formed_scheduler)] = Field(
        default="none", description=SCHEDULERS_ALLOWED
    )
    grace_period: Annotated[int | None, Bounds(least=1, limit=MAX_EPOCHS)] = Field(
        default=None,
        description="epochs, a whole number of at least 1, or nothing for a third of budget.epochs",
    )
    reduction_factor: Annotated[int, Bounds(least=2, limit=1_000_000)] = 3
    repeats: Annotated[int, Bounds(least=1, most=MAX_SEARCHES)] = Field(
        default=1,
        description=f"independent searches of each arm, a whole number from 1 to {MAX_SEARCHES}",
    )

    @property
    def choices_only(self) -> bool:
        """Whether the algorithm takes no ranges but those of whole numbers; asked once it is known to be there."""
        return sampler_class(self.algorithm).choices_only


class SelectionSpec(Section):
    """Further seeds for each arm's best trials, before its winner is chosen."""

    top: Trials = 3
    seeds: Annotated[int, Bounds(least=0, most=MAX_SEEDS)] = 2


class SeedsUntilDecided(Section):
    """Seeds that are added until the comparison is decided: at least and at most."""

    min: Annotated[int, Bounds(least=2, most=MAX_SEEDS)] = 5
    max: Annotated[int, Bounds(least=2, most=MAX_SEEDS)] = 30


SEEDS_ALLOWED = (
    f"a whole number from 0 (no confirmation) to {MAX_SEEDS}, or {{min: 5, max: 30}} with until: decided, min at least "
    "2 and below max"
)


def _parse_seeds(raw: Any) -> int | SeedsUntilDecided:
    if isinstance(raw, SeedsUntilDecided):
        return raw
    if isinstance(raw, Mapping):
        try:
            seeds = SeedsUntilDecided.model_validate(dict(raw))
        except ValidationError:
            seeds = None
        if seeds is not None and seeds.min < seeds.max:
            return seeds
    elif isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= MAX_SEEDS:
        return raw
    raise ValueError(f"{shown(raw)} is not allowed; {SEEDS_ALLOWED}")


def _plain_seeds(seeds: int | SeedsUntilDecided) -> int | dict[str, int]:
    return seeds if isinstance(seeds, int) else {"min": seeds.min, "max": seeds.max}


class ConfirmSpec(Section):
    """Fresh seeds that the winners are compared on: a number of them, or as many as it takes to decide."""

    @model_validator(mode="before")
    @classmethod
    def _until_decided(cls, raw: Any) -> Any:
        """Return the section with the default number of seeds that fits: 5, or 5 to 30 until it is decided."""
        if isinstance(raw, Mapping) and raw.get("until") == "decided" and "seeds" not in raw:
            return {**raw, "seeds": SeedsUntilDecided()}
        return raw

    seeds: Annotated[int | SeedsUntilDecided, PlainValidator(_parse_seeds), PlainSerializer(_plain_seeds)] = (
        Field(default=5, description=SEEDS_ALLOWED)
    )
    until: Literal["decided"] | None = Field(
        default=None, description="decided, or nothing for the number of seeds that is given"
    )
    per_architecture: bool = False
    splits: Annotated[int, Bounds(least=1, most=MAX_SPLITS)] = Field(
        default=1,
        description="splits that every pair of seeds is trained and tested on anew, a whole number from 1 (the one of "
        f"the search) to {MAX_SPLITS}",
    )

    @property
    def pairs(self) -> int:
        """Runs of each winner at most: so many seeds on each split, all of them different."""
        return self.max_seeds * self.splits

    @property
    def max_seeds(self) -> int:
        """Seeds that the confirmation has at most."""
        return self.seeds if isinstance(self.seeds, int) else self.seeds.max

    @property
    def planned_looks(self) -> tuple[int, ...]:
        """Seeds at each look that is planned; empty where there is one, at the end."""
        return () if isinstance(self.seeds, int) else planned_looks(self.seeds.min, self.seeds.max)


class CompareSpec(Section):
    """What the arms are compared with, and by."""

    reference: str = Field(description="the name of an arm")
    objective: Annotated[str, AfterValidator(_objective)] = Field(
        default="auto", description=OBJECTIVES_ALLOWED
    )
    positive: str | int | None = Field(
        default=None,
        description="the name of the class that a sensitivity is of; nothing for the last of two",
    )
    cost_per_hour: Annotated[float | None, Bounds(least=0)] = Field(
        default=None, description="a number, at least 0, or nothing"
    )
    confidence: Annotated[float, Bounds(above=0.5, below=1)] = Field(
        default=0.95, description="a number between 0.5 and 1"
    )
    margin: Annotated[float, Bounds(above=0, below=1)] = Field(
        default=MARGIN, description="the difference in the objective that does not matter, between 0 and 1"
    )
    time_margin: Annotated[float, Bounds(above=1)] = Field(
        default=TIME_MARGIN, description="the factor of times that does not matter, above 1"
    )
    noninferior: str | None = Field(
        default=None,
        description="an arm, or cheapest: is it no worse than any other by more than the margin; or nothing",
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
