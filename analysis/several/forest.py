"""Forest plot of one arm on several data sets, as SVG that follows light and dark."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from analysis.several.pooling import OnSets, Several
from analysis.several.tables import ALL_SETS
from analysis.wording import number_format as fmt

WIDTH, ROW, TOP, EDGE = 360, 38, 26, 14
"""Sizes in pixels: of the picture, of a row, above the rows, and left and right of the axis."""


@dataclass(frozen=True, kw_only=True)
class ForestRow:
    """One line of a forest plot.

    Attributes:
        label: The study, or all data sets.
        numbers: The difference and its interval in words.
        y: Of its line, in pixels.
        left: Where the interval begins; the edge of the axis where it lies beyond.
        middle: Of its mean.
        right: Where it ends.
        beyond: Whether it goes on beyond the left, and the right, edge.
        pooled: Whether it is that of all data sets.
    """

    label: str
    numbers: str
    y: float
    left: float
    middle: float
    right: float
    beyond: tuple[bool, bool]
    pooled: bool


@dataclass(frozen=True, kw_only=True)
class Forest:
    """A forest plot, ready to be drawn.

    Attributes:
        name: Of its file, without an ending.
        title: What it shows.
        alt: The same with the numbers, for who cannot see it.
        rows: From above.
        height: In pixels.
        zero: Where no difference is.
        band: Where the margin begins, and its width.
        ticks: Places of the axis, with what they say.
        sides: What the left and the right of no difference mean.
    """

    name: str
    title: str
    alt: str
    rows: tuple[ForestRow, ...]
    height: float
    zero: float
    band: tuple[float, float]
    ticks: tuple[tuple[float, str], ...]
    sides: tuple[str, str]


Interval = tuple[float, float, float]
"""Low end, mean, high end."""


def forest_of(on_sets: OnSets, several: Several, *, number: int) -> Forest | None:
    """Return the forest plot of an arm; None where fewer than two studies have an interval.

    Args:
        on_sets: The arm.
        several: The studies.
        number: Of the picture, from 1.
    """
    found = {label: each for label, each in _intervals(on_sets).items() if each is not None}
    if len(found) < 2:
        return None
    pooled = _pooled(on_sets)
    lines = {**found, **({} if pooled is None else {ALL_SETS: pooled})}
    low, high = _axis(list(found.values()), several.margin)

    def at(value: float) -> float:
        return round(EDGE + (WIDTH - 2 * EDGE) * (min(max(value, low), high) - low) / (high - low), 1)

    rows = tuple(
        ForestRow(
            label=label,
            numbers=f"{fmt.difference(mean)} ({fmt.interval((left, right), fmt.difference)})",
            y=TOP + ROW * place + 24,
            left=at(left),
            middle=at(mean),
            right=at(right),
            beyond=(left < low, right > high),
            pooled=label == ALL_SETS,
        )
        for place, (label, (left, mean, right)) in enumerate(lines.items())
    )
    arm, reference = on_sets.pair
    title = f"{arm} against {reference} on each data set"
    ticks = [
        tick
        for tick in np.asarray(MaxNLocator(nbins=5).tick_values(low, high)).tolist()
        if low <= tick <= high
    ]
    return Forest(
        name=f"forest_{number}",
        title=title,
        alt=f"{title}: " + "; ".join(f"{row.label} {row.numbers}" for row in rows),
        rows=rows,
        height=TOP + ROW * len(rows) + 40,
        zero=at(0.0),
        band=(at(-several.margin), round(at(several.margin) - at(-several.margin), 1)),
        ticks=tuple(
            (at(tick), f"{tick:+g}".replace("-", "\N{MINUS SIGN}") if tick else "0") for tick in ticks
        ),
        sides=(f"{reference} better", f"{arm} better"),
    )


def _intervals(on_sets: OnSets) -> dict[str, Interval | None]:
    """Return each study's interval, at the level that it is judged by."""
    found: dict[str, Interval | None] = {}
    for label, contrast in on_sets.contrasts.items():
        estimate, ends = contrast.finals.headline, contrast.final_result.interval
        found[label] = None if estimate is None or ends is None else (ends[0], estimate.mean, ends[1])
    return found


def _pooled(on_sets: OnSets) -> Interval | None:
    if on_sets.pooled is None or on_sets.result is None or on_sets.result.interval is None:
        return None
    low, high = on_sets.result.interval
    return low, on_sets.pooled.estimate.mean, high


def _axis(intervals: Sequence[Interval], margin: float) -> tuple[float, float]:
    """Return the axis: that of the studies' own intervals and half as much again, so that no pooled one hides them."""
    low = min(-2 * margin, *(each[0] for each in intervals))
    high = max(2 * margin, *(each[2] for each in intervals))
    room = (high - low) / 4
    return max(-1.0, low - room), min(1.0, high + room)
