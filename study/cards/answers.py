"""Answers of a model to the test images: the figures of a card, with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.statistics.proportion import objective_interval

BALANCED = "balanced_accuracy"


def counted_name(objective: str) -> str:
    """Return what a card tells of right and wrong answers: the objective where it is made of them, else accuracy."""
    return objective if objective == BALANCED else "accuracy"


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share of images with its 95 % interval."""

    value: float
    low: float
    high: float
    hits: int
    total: int


@dataclass(frozen=True, kw_only=True)
class ConfusedPair:
    """Images of one class that were taken for another.

    Attributes:
        true: Class index.
        predicted: Class index that was said.
        images: Places of the images in the split, the surest mistakes first.
        total: Images of the true class.
    """

    true: int
    predicted: int
    images: tuple[int, ...]
    total: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Answers:
    """Answers for each test image.

    Attributes:
        classes: Names.
        labels: Class of each image, (I,).
        predicted: Class that was said, (I,).
        true_probability: Probability given to the true class, (I,).
        groups: Name of each image's group; None for one that stands alone.
        objective: "balanced_accuracy", or else accuracy is told, whatever the study optimised: a card's figures are of
            right and wrong answers.
    """

    classes: tuple[str, ...]
    labels: np.ndarray
    predicted: np.ndarray
    true_probability: np.ndarray
    groups: Sequence[str | None]
    objective: str

    @cached_property
    def right(self) -> np.ndarray:
        """Whether each answer is right, bool (I,)."""
        right: np.ndarray = self.labels == self.predicted
        return right

    @property
    def value(self) -> float:
        """The objective on the test images."""
        if self.objective == BALANCED:
            return float(
                np.mean([self.right[self.labels == label].mean() for label in np.unique(self.labels)])
            )
        return float(self.right.mean())

    @cached_property
    def interval(self) -> tuple[float, float]:
        """Interval of the objective, for other images like these."""
        balanced = self.objective == BALANCED
        return objective_interval(self.right, self.labels, groups=self.groups, balanced=balanced)

    @property
    def num_groups(self) -> int:
        """Groups that are named; 0 where every image stands alone."""
        return len({group for group in self.groups if group is not None})

    def recalls(self) -> tuple[tuple[str, Share], ...]:
        """Return the share of each class's images that was found, the lowest first; classes without images left out."""
        found = []
        for label, name in enumerate(self.classes):
            places = np.flatnonzero(self.labels == label)
            if len(places):
                hits, total = int(self.right[places].sum()), len(places)
                low, high = objective_interval(
                    self.right[places],
                    self.labels[places],
                    groups=[self.groups[place] for place in places.tolist()],
                    balanced=False,
                )
                found.append((name, Share(value=hits / total, low=low, high=high, hits=hits, total=total)))
        return tuple(sorted(found, key=lambda each: (each[1].value, -each[1].total)))

    def confused(self, limit: int) -> tuple[ConfusedPair, ...]:
        """Return up to `limit` pairs of classes that were confused, those with most images first."""
        wrong = np.flatnonzero(~self.right)
        by_pair: dict[tuple[int, int], list[int]] = {}
        for place in wrong[np.argsort(self.true_probability[wrong], kind="stable")].tolist():
            by_pair.setdefault((int(self.labels[place]), int(self.predicted[place])), []).append(place)
        pairs = sorted(by_pair, key=lambda pair: (-len(by_pair[pair]), pair))
        return tuple(
            ConfusedPair(
                true=true,
                predicted=predicted,
                images=tuple(by_pair[true, predicted]),
                total=int((self.labels == true).sum()),
            )
            for true, predicted in pairs[:limit]
        )
