"""A measure of one class against the others, and its mean over classes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trainables.objectives.images import Floats, OneClass, Scored


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A measure; its mean over the classes that it can be taken of is the macro mean.

    Attributes:
        name: What records and study files call it.
        words: What a report calls its mean over classes.
        words_of_one: What a report calls it of one class.
        needs: What a class must have for it, in words.
        is_measured: Whether a class has that.
        value: Of one class, in [0, 1].
        influence: How the value answers to the weight of each image, (N,): its derivative at equal weights, in sum 0.
        chance: What guessing scores, of the share of the images that each class has, (K,).
        tasks: The kinds of task that it is for: "single_label" and "multi_label", or one of them.
    """

    name: str
    words: str
    words_of_one: str
    needs: str
    is_measured: Callable[[OneClass], bool]
    value: Callable[[OneClass], float]
    influence: Callable[[OneClass], Floats]
    chance: Callable[[Floats, bool], float]
    tasks: tuple[str, ...] = ("single_label", "multi_label")

    def of_each(self, scored: Scored) -> tuple[float | None, ...]:
        """Return the value of each class; None where it cannot be taken of it."""
        return tuple(self.value(one) if self.is_measured(one) else None for one in scored.classes())

    def mean(self, scored: Scored) -> float | None:
        """Return the mean over the classes that it can be taken of; None where there is none."""
        values = [value for value in self.of_each(scored) if value is not None]
        return float(np.mean(values)) if values else None

    def mean_influence(self, scored: Scored) -> Floats:
        """Return how `mean` answers to the weight of each image, (N,).

        Raises:
            ValueError: If it can be taken of no class.
        """
        found = [self.influence(one) for one in scored.classes() if self.is_measured(one)]
        if not found:
            raise ValueError(f"{self.words} of a split in which no class has {self.needs}")
        influence: Floats = np.mean(found, axis=0)
        return influence
