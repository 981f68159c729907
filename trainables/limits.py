"""Bounds of numbers among the settings: `Annotated[int, Bounds(least=1)]` on a field says what it takes, once for all.

A study file and a flat configuration read the same annotations: `trainables.settings.build` those of a dataclass,
`study.spec.section.Section` those of a study file's section.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

MAX_EPOCHS = 10_000
"""Plans are written out epoch by epoch, for every boundary configuration; ImageNet's longest trainings have 1,000."""
MAX_NUMBER = 10**12
"""Of every number that has no limit of its own; above 10**15 whole numbers are not exact as floating point any more."""
MAX_SEED = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What a number may be. What is no number, such as "auto" or None, is no concern of theirs.

    Attributes:
        least: The lowest number that is allowed.
        above: The number that all are above.
        most: The highest number that is allowed.
        below: The number that all are below.
        limit: The size up to which numbers are taken whatever else is allowed: far above what anybody trains with, far
            below what ends a machine.
    """

    least: float | None = None
    above: float | None = None
    most: float | None = None
    below: float | None = None
    limit: int = MAX_NUMBER

    def allowed_instead(self, value: object) -> str:
        """Return in words what is allowed instead of a value; nothing where it is allowed, or no number."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return ""
        if not self.holds(value):
            return self.words
        return "" if -self.limit <= value <= self.limit else f"at most {self.limit}"

    def holds(self, value: float) -> bool:
        """Return whether a number lies within the bounds, whatever its size."""
        return (
            not (isinstance(value, float) and math.isnan(value))
            and (self.least is None or value >= self.least)
            and (self.above is None or value > self.above)
            and (self.most is None or value <= self.most)
            and (self.below is None or value < self.below)
        )

    @property
    def words(self) -> str:
        """What is allowed: "at least 1", "above 0, up to 1"; a finite number where there is no bound."""
        low = [f"above {self.above:g}"] if self.above is not None else []
        high = [f"below {self.below:g}"] if self.below is not None else []
        if self.below == math.inf:
            high = ["finite"]
        if self.most is not None:
            high = [f"{'up ' if low else ''}to {self.most:g}"]
        if self.least is not None:
            low = [f"{'from' if high else 'at least'} {self.least:g}"]
        if self.least is not None and self.most is not None:
            return f"from {self.least:g} to {self.most:g}"
        return ", ".join([*low, *high]) or "a finite number"


def bounds_in(metadata: Iterable[object]) -> Bounds:
    """Return the bounds among what a field is annotated with; those of any number where there are none."""
    return next((each for each in metadata if isinstance(each, Bounds)), Bounds())


FROM_ZERO_BELOW_ONE = Bounds(least=0, below=1)
UP_TO_ONE = Bounds(above=0, most=1)
BETWEEN_ZERO_AND_ONE = Bounds(above=0, below=1)
AT_LEAST_ONE = Bounds(least=1, limit=MAX_EPOCHS)
"""Of the lengths of cycles, in epochs, and of their growth."""

Fraction = Annotated[float, FROM_ZERO_BELOW_ONE]
Share = Annotated[float, UP_TO_ONE]
OpenFraction = Annotated[float, BETWEEN_ZERO_AND_ONE]
Positive = Annotated[float, Bounds(above=0)]
NotNegative = Annotated[float, Bounds(least=0)]

AtLeastOne = Annotated[float, Bounds(least=1)]

Epochs = Annotated[int, Bounds(least=1, limit=MAX_EPOCHS)]
EpochsOrNone = Annotated[int, Bounds(least=0, limit=MAX_EPOCHS)]
NumPhases = Annotated[int, Bounds(least=1, limit=MAX_EPOCHS)]
CycleLength = Annotated[float, AT_LEAST_ONE]
Restarts = Annotated[int, Bounds(least=0, limit=1_000)]
"""Each has a rate of its own, which is below any float after some hundred."""
Width = Annotated[int, Bounds(least=1, limit=1_024)]
"""`small_resnet` has 1.25 GB of weights with 1,024."""
ImageSize = Annotated[int, Bounds(least=1, limit=4_096)]
"""In pixels; an image of 4,096 a side is 50 MB as 8-bit RGB."""
BatchSize = Annotated[int, Bounds(least=2, limit=65_536)]
Batches = Annotated[int, Bounds(least=1, limit=65_536)]
ReferenceBatch = Annotated[int, Bounds(least=1, limit=1_000_000)]
Views = Annotated[int, Bounds(least=0, limit=1_000)]
Repeats = Annotated[int, Bounds(least=1, limit=1_000)]
Threads = Annotated[int, Bounds(least=1, limit=10_000)]
Seed = Annotated[int, Bounds(limit=MAX_SEED)]
