"""Settings of the comparison, parsed from a resolved study file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.loading.search_settings import SearchSettings, read_search_settings
from trainables.objectives import Objective, objective_of

MARGIN = 0.01
"""Of the objective: what differs by no more counts as practically the same, where the study file names no margin."""
CHEAPEST = "cheapest"
"""Stands for the arm whose confirmation runs cost least, where non-inferiority is asked for."""
TIME_MARGIN = 1.1
"""Factor of times up to which arms count as equally fast, where the study file names none."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the study wants its arms compared.

    Attributes:
        arms: Names of the arms, in the order of the file.
        arm_specs: Each arm's recipe and search space, as in the file.
        reference: The arm that the others are compared with.
        objective: Its name, such as "accuracy" or "auroc".
        confidence: Level of the intervals, in (0, 1).
        margin: Two arms whose objectives differ by no more are practically the same.
        time_margin: Two arms are as fast as each other up to this factor, above 1.
        margin_is_named: Whether the study file names the margin; else it is the default of today.
        noninferior: The arm of which is asked whether it is no worse than any other by more than the margin: its name,
            or CHEAPEST; None where that is not asked.
        cost_per_hour: Price of the whole machine for an hour, in the user's currency.
        num_trials: Trials that each search was given.
        num_epochs: Epochs that each run was given.
        num_seeds: Seeds that the confirmation of each search's winner was to have, at most.
        weights: The start weights, as in the file.
        search_seed: Seed of the search, of the first one where there are several.
        num_repeats: Independent searches of each arm.
        search: What was searched, and by what rules.
    """

    arms: tuple[str, ...]
    arm_specs: Mapping[str, Mapping[str, Any]]
    reference: str
    objective: str
    confidence: float
    margin: float
    time_margin: float
    margin_is_named: bool
    cost_per_hour: float | None
    noninferior: str | None
    num_trials: int | None
    num_epochs: int | None
    num_seeds: int | None
    weights: str | None
    search_seed: int | None
    num_repeats: int = 1
    search: SearchSettings = field(default_factory=SearchSettings)

    @property
    def measured(self) -> Objective:
        """The objective itself."""
        return objective_of(self.objective)

    @property
    def objective_words(self) -> str:
        """What a report calls the objective."""
        return self.measured.words


def read_settings(spec: Mapping[str, Any]) -> Settings:
    """Parse the keys of a resolved study file that the analysis uses; others are left alone.

    Raises:
        ValueError: If a key that the comparison needs is missing or out of range.
    """
    arms = _section(spec, "arms", required=True)
    compare = _section(spec, "compare", required=True)
    budget = _section(spec, "budget")
    weights = _section(spec, "model").get("weights")
    return Settings(
        arms=tuple(arms),
        arm_specs={name: arm or {} for name, arm in arms.items()},
        reference=_one_of(compare, "compare.reference", tuple(arms)),
        objective=_objective(compare.get("objective")),
        confidence=_confidence(compare.get("confidence")),
        margin=_number(compare.get("margin", MARGIN), "compare.margin", above=0.0),
        time_margin=_number(compare.get("time_margin", TIME_MARGIN), "compare.time_margin", above=1.0),
        margin_is_named="margin" in compare,
        noninferior=_asked(compare.get("noninferior"), tuple(arms)),
        cost_per_hour=_price(compare.get("cost_per_hour")),
        num_trials=_count(budget.get("trials"), "budget.trials"),
        num_epochs=_count(budget.get("epochs"), "budget.epochs"),
        num_seeds=_num_seeds(_section(spec, "confirm").get("seeds")),
        weights=None if weights is None else str(weights),
        search_seed=_count(_section(spec, "search").get("seed"), "search.seed"),
        num_repeats=_count(_section(spec, "search").get("repeats"), "search.repeats") or 1,
        search=read_search_settings(spec),
    )


def _section(spec: Mapping[str, Any], key: str, *, required: bool = False) -> Mapping[str, Any]:
    section = spec.get(key)
    if section is None and not required:
        return {}
    if not isinstance(section, Mapping) or (required and not section):
        raise ValueError(f"study.yaml: {key}={section!r} must be a mapping that is not empty")
    return section


def _one_of(section: Mapping[str, Any], field: str, allowed: tuple[str, ...]) -> str:
    value = section.get(field.rpartition(".")[2])
    if value not in allowed:
        raise ValueError(f"study.yaml: {field}={value!r} must be one of {', '.join(allowed)}")
    return str(value)


def _objective(value: object) -> str:
    try:
        return objective_of(str(value)).name
    except ValueError as error:
        raise ValueError(f"study.yaml: compare.objective={error}") from error


def _confidence(value: object) -> float:
    if value is None:
        return 0.95
    if not isinstance(value, int | float) or not 0 < value < 1:
        raise ValueError(f"study.yaml: compare.confidence={value!r} must lie between 0 and 1")
    return float(value)


def _number(value: object, field: str, *, above: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > above:
        raise ValueError(f"study.yaml: {field}={value!r} must be a number above {above:g}")
    return float(value)


def _asked(value: object, arms: tuple[str, ...]) -> str | None:
    if value is None:
        return None
    if value not in (CHEAPEST, *arms):
        raise ValueError(f"study.yaml: compare.noninferior={value!r} must be an arm or {CHEAPEST}")
    return str(value)


def _price(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"study.yaml: compare.cost_per_hour={value!r} must be a number of at least 0")
    return float(value)


def _count(value: object, field: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"study.yaml: {field}={value!r} must be a whole number")
    return value


def _num_seeds(value: object) -> int | None:
    if isinstance(value, Mapping):
        return _count(value.get("max"), "confirm.seeds.max")
    return len(value) if isinstance(value, list) else _count(value, "confirm.seeds")
