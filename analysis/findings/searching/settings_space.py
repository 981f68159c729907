"""An arm's searched settings as coordinates, on the scales that they were drawn on."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.loading.search_settings import Searched
from analysis.loading.study_data import StudyData


@dataclass(frozen=True, kw_only=True)
class SettingsSpace:
    """The settings that an arm's search varied.

    Attributes:
        axes: By the configuration's key, in the order of the study file.
    """

    axes: Mapping[str, Searched]

    @property
    def names(self) -> tuple[str, ...]:
        """The settings' names."""
        return tuple(self.axes)

    @property
    def categorical(self) -> np.ndarray:
        """Which settings are choices without order, shape (settings,)."""
        return np.array([_without_order(axis) for axis in self.axes.values()], dtype=bool)

    def points(self, configs: Iterable[Mapping[str, Any]]) -> np.ndarray:
        """Return configurations as rows of coordinates: 0 to 1 along a range, or the index of a choice without order.

        Ordered choices stand at equal distances, whatever their values.
        """
        rows = [[_coordinate(axis, config[name]) for name, axis in self.axes.items()] for config in configs]
        return np.array(rows, dtype=float).reshape(len(rows), len(self.axes))

    def coordinate(self, name: str, value: Any) -> float:
        """Return the coordinate of a setting's value."""
        return _coordinate(self.axes[name], value)

    def allowed(self, points: np.ndarray) -> np.ndarray:
        """Return points with ordered choices, and whole numbers, moved to the nearest that there is."""
        moved = points.copy()
        for column, axis in enumerate(self.axes.values()):
            if axis.scale == "choice" and not _without_order(axis):
                steps = max(len(axis.values) - 1, 1)
                moved[:, column] = np.round(points[:, column] * steps) / steps
        return moved

    def everywhere(self, num: int, generator: np.random.Generator) -> np.ndarray:
        """Return points drawn evenly from the whole space."""
        points = generator.random((num, len(self.axes)))
        for column, axis in enumerate(self.axes.values()):
            if axis.scale == "choice":
                index = np.floor(points[:, column] * len(axis.values))
                points[:, column] = index if _without_order(axis) else index / max(len(axis.values) - 1, 1)
        return points

    def value_at(self, name: str, coordinate: float) -> Any:
        """Return the setting that a coordinate stands for."""
        axis = self.axes[name]
        if axis.scale == "choice":
            at = coordinate if _without_order(axis) else coordinate * (len(axis.values) - 1)
            return axis.values[round(at)]
        low, high = (math.log(end) if axis.scale == "log" else float(end) for end in axis.values)
        value = low + coordinate * (high - low)
        return math.exp(value) if axis.scale == "log" else value

    def key_of(self, config: Mapping[str, Any]) -> str:
        """Return what two configurations have alike when they are the same one."""
        return json.dumps([config[name] for name in self.axes])


def settings_space(data: StudyData, arm: str) -> SettingsSpace:
    """Return the settings that an arm's search varied and that all its trials have; none where it varied nothing."""
    searched = data.runs[(data.runs["arm"] == arm) & (data.runs["stage"] == "search")]
    configs = list(searched["config"])
    axes = {
        name: axis
        for name, axis in data.settings.search.spaces.get(arm, {}).items()
        if all(name in config for config in configs)
        and len({json.dumps(config[name]) for config in configs}) > 1
    }
    return SettingsSpace(axes=axes)


def _without_order(axis: Searched) -> bool:
    return axis.scale == "choice" and not all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in axis.values
    )


def _coordinate(axis: Searched, value: Any) -> float:
    if axis.scale == "choice":
        index = axis.values.index(value) if value in axis.values else len(axis.values)
        return float(index if _without_order(axis) else index / max(len(axis.values) - 1, 1))
    low, high = axis.values
    if axis.scale == "log":
        return math.log(value / low) / math.log(high / low)
    return float((value - low) / (high - low))
