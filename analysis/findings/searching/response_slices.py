"""Slices through an arm's response surface: along its rate, and over its rate and each other setting."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import Delaunay, QhullError

from analysis.findings.searching.outlook import Outlook
from analysis.findings.searching.settings_space import SettingsSpace

RATES = ("lr", "lr_times")
"""Settings that stand along the horizontal axis, where an arm searches one of them; else its first setting does."""

NUM_ACROSS, NUM_ALONG = 41, 25
"""Points along a range; ordered choices have one each."""

UNSURE = 0.6
"""Share of the deviation that was assumed before any trial, from which on a point counts as extrapolated."""

COLUMNS = ("arm", "repeat", "across", "along", "x", "y", "mean", "deviation", "extrapolated")


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One slice through a surface; the settings that it does not vary are those of the best trial.

    Attributes:
        outlook: Of the search.
        across: The setting along the horizontal axis.
        along: The setting along the vertical axis; None for a line.
        x: Coordinates of `across`, ascending.
        y: Those of `along`; one point in a line.
        mean: Shape (y, x): expected validation objective.
        deviation: Shape (y, x): what it is not known by.
        extrapolated: Shape (y, x): whether no trial is near enough to say much, or all lie to one side.
    """

    outlook: Outlook
    across: str
    along: str | None
    x: np.ndarray
    y: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    extrapolated: np.ndarray

    def trials(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the trials' coordinates along both axes; zeros along the vertical one of a line."""
        points, names = self.outlook.search.trials.points, self.outlook.search.space.names
        across = points[:, names.index(self.across)]
        along = np.zeros(len(points)) if self.along is None else points[:, names.index(self.along)]
        return across, along


def lines(found: Iterable[Outlook]) -> tuple[Slice, ...]:
    """Return a line along the rate of every search."""
    return tuple(_slice(each, horizontal(each.search.space), None) for each in found)


def planes(found: Iterable[Outlook]) -> tuple[Slice, ...]:
    """Return a plane of the rate and each other ordered setting, of every search that varied several."""
    return tuple(each for outlook in found for each in _planes(outlook))


def horizontal(space: SettingsSpace) -> str:
    """Return the setting that stands along the horizontal axis."""
    return next((name for name in RATES if name in space.axes), space.names[0])


def _planes(outlook: Outlook) -> Iterator[Slice]:
    space = outlook.search.space
    across = horizontal(space)
    for name, without_order in zip(space.names, space.categorical, strict=True):
        if name != across and not without_order:
            yield _slice(outlook, across, name)


def _slice(outlook: Outlook, across: str, along: str | None) -> Slice:
    search, names = outlook.search, outlook.search.space.names
    x = _steps(search.space, across, NUM_ACROSS)
    y = np.zeros(1) if along is None else _steps(search.space, along, NUM_ALONG)
    points = np.tile(best_point(outlook), (len(x) * len(y), 1))
    wide, high = np.meshgrid(x, y)
    points[:, names.index(across)] = wide.ravel()
    if along is not None:
        points[:, names.index(along)] = high.ravel()
    mean, deviation = outlook.surface.mean_and_deviation(points)
    columns = [names.index(name) for name in (across, along) if name is not None]
    outside = _outside(search.trials.points[:, columns], points[:, columns])
    unsure = deviation > UNSURE * outlook.surface.prior_deviation()
    shape = (len(y), len(x))
    return Slice(
        outlook=outlook,
        across=across,
        along=along,
        x=x,
        y=y,
        mean=mean.reshape(shape),
        deviation=deviation.reshape(shape),
        extrapolated=(unsure | outside).reshape(shape),
    )


def best_point(outlook: Outlook) -> np.ndarray:
    """Return the settings of the trial that the surface, whose values are freed of luck, holds for the best."""
    points: np.ndarray = outlook.search.trials.points[np.isfinite(outlook.search.trials.values)]
    found: np.ndarray = points[outlook.surface.mean_and_deviation(points)[0].argmax()]
    return found


def _steps(space: SettingsSpace, name: str, num: int) -> np.ndarray:
    axis = space.axes[name]
    if axis.scale != "choice":
        return np.linspace(0, 1, num)
    without_order = space.categorical[space.names.index(name)]
    return np.arange(len(axis.values)) / (1 if without_order else max(len(axis.values) - 1, 1))


def _outside(trials: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return which points lie outside of the trials' convex hull; of trials in one line, outside of their range."""
    if trials.shape[1] > 1:
        try:
            return np.asarray(Delaunay(trials).find_simplex(points) < 0)
        except QhullError:
            pass
    within = (points >= trials.min(axis=0)) & (points <= trials.max(axis=0))
    return np.asarray(~within.all(axis=1))


def slice_table(slices: Iterable[Slice]) -> pd.DataFrame:
    """Return one row a point of every slice, settings as the study file has them; no `y` in lines."""
    tables = [_table(each) for each in slices]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))


def _table(each: Slice) -> pd.DataFrame:
    search = each.outlook.search
    wide, high = np.meshgrid(
        np.array([search.space.value_at(each.across, x) for x in each.x], dtype=object),
        np.array(
            [search.space.value_at(each.along, y) if each.along else None for y in each.y], dtype=object
        ),
    )
    return pd.DataFrame(
        {
            "arm": search.arm,
            "repeat": search.repeat,
            "across": each.across,
            "along": each.along,
            "x": wide.ravel(),
            "y": high.ravel(),
            "mean": each.mean.ravel(),
            "deviation": each.deviation.ravel(),
            "extrapolated": each.extrapolated.ravel(),
        }
    )
