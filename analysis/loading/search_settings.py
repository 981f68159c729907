"""Search of a study, parsed from its resolved file: what was searched, and by what rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ScaleKind = Literal["linear", "log", "choice"]

_SCALES: Mapping[str, ScaleKind] = {
    "uniform": "linear",
    "int": "linear",
    "log_uniform": "log",
    "auto_times": "log",
    "choice": "choice",
}
"""How the study file names ranges and choices, and the scale that each is searched on."""


@dataclass(frozen=True, kw_only=True)
class Searched:
    """A range or a choice.

    Attributes:
        scale: "choice", or how a range was drawn from.
        values: The choices in their order, or the range's two ends.
    """

    scale: ScaleKind
    values: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class SearchSettings:
    """How a study searched.

    Attributes:
        algorithm: The sampler's name; "tpe" where the file is of before it could be named.
        num_candidates: Trials of each search that go into the selection.
        num_selection_seeds: Seeds that these are run on.
        spaces: By arm, what its search varies, by the configuration's key.
    """

    algorithm: str = "tpe"
    num_candidates: int = 3
    num_selection_seeds: int = 2
    spaces: Mapping[str, Mapping[str, Searched]] = field(default_factory=dict)


def read_search_settings(spec: Mapping[str, Any]) -> SearchSettings:
    """Parse the keys of a resolved study file that say what was searched; what it lacks is as it always was."""
    search, selection = (_mapping(spec.get(key)) for key in ("search", "selection"))
    common = {
        "architecture": _mapping(spec.get("model")).get("architecture"),
        **_mapping(spec.get("training")),
    }
    arms = {name: _mapping(_mapping(arm).get("search")) for name, arm in _mapping(spec.get("arms")).items()}
    return SearchSettings(
        algorithm=str(search.get("algorithm", SearchSettings.algorithm)),
        num_candidates=int(selection.get("top", SearchSettings.num_candidates)),
        num_selection_seeds=int(selection.get("seeds", SearchSettings.num_selection_seeds)),
        spaces={name: _space({**common, **own}) for name, own in arms.items()},
    )


def _space(values: Mapping[str, Any]) -> dict[str, Searched]:
    """Return the ranges and choices among settings; of a multiple of a suggestion under the multiple's key."""
    space = {}
    for key, value in values.items():
        kind = next(iter(value)) if isinstance(value, Mapping) and len(value) == 1 else ""
        if kind in _SCALES and isinstance(value[kind], list | tuple):
            name = f"{key}_times" if kind == "auto_times" else key
            space[name] = Searched(scale=_SCALES[kind], values=tuple(value[kind]))
    return space


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
