"""The images of a split with what is true of them and what a network says."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class OneClass:
    """One class or label, against all others.

    Attributes:
        scores: The higher, the more the network takes an image for it, (N,).
        truth: Whether it is true of an image, (N,).
        chosen: Whether it is predicted, (N,).
    """

    scores: Floats
    truth: Bools
    chosen: Bools


@dataclass(frozen=True, kw_only=True, eq=False)
class Scored:
    """The images of a split.

    Attributes:
        scores: Log-odds of every class or label, (N, K): above 0 where it is more likely than not.
        truth: The image's class, one an image, or its labels, bool (N, K).
        chosen: What is predicted: the one class that is likeliest, or every label that is more likely than not, bool
            (N, K).
        one_class: Whether every image has one class; else it has labels.
    """

    scores: Floats
    truth: Bools
    chosen: Bools
    one_class: bool

    @classmethod
    def of_classes(
        cls, scores: npt.ArrayLike, *, labels: npt.ArrayLike, predicted: npt.ArrayLike
    ) -> "Scored":
        """Return images with one class each.

        Args:
            scores: Log-odds, (N, K).
            labels: Class index of each image, (N,).
            predicted: Likewise, what was predicted.
        """
        values = np.asarray(scores, dtype=np.float64)
        classes = np.arange(values.shape[1])
        return cls(
            scores=values,
            truth=np.asarray(labels)[:, None] == classes,
            chosen=np.asarray(predicted)[:, None] == classes,
            one_class=True,
        )

    @classmethod
    def of_label_sets(cls, scores: npt.ArrayLike, *, label_sets: npt.ArrayLike) -> "Scored":
        """Return images with any number of labels each.

        Args:
            scores: Log-odds, (N, L).
            label_sets: 1 where a label is there, (N, L).
        """
        values = np.asarray(scores, dtype=np.float64)
        return cls(scores=values, truth=np.asarray(label_sets) == 1, chosen=values > 0, one_class=False)

    def classes(self) -> Iterator[OneClass]:
        """Yield each class or label in turn."""
        for place in range(self.scores.shape[1]):
            yield self.one(place)

    def one(self, place: int) -> OneClass:
        """Return the class or label of that index."""
        return OneClass(
            scores=self.scores[:, place], truth=self.truth[:, place], chosen=self.chosen[:, place]
        )


def log_odds(probabilities: npt.ArrayLike) -> Floats:
    """Return log(p / (1 - p)) of probabilities, those of 0 and 1 taken for the nearest that are not."""
    values = np.asarray(probabilities, dtype=np.float64)
    return _logarithm(values) - _logarithm(1 - values)


def log_odds_of_classes(probabilities: npt.ArrayLike) -> Floats:
    """Return the log-odds of probabilities (N, K) of which those of an image add up to 1.

    The odds of the likeliest class are against the sum of the others: in single precision 1 - p is 0 long before that
    is, and images that a network is sure of would all be tied.
    """
    values = np.asarray(probabilities, dtype=np.float64)
    likeliest = values.argmax(axis=1)[:, None]
    rest, others = 1 - values, values.copy()
    np.put_along_axis(others, likeliest, 0.0, axis=1)
    np.put_along_axis(rest, likeliest, others.sum(axis=1, keepdims=True), axis=1)
    return _logarithm(values) - _logarithm(rest)


def _logarithm(values: Floats) -> Floats:
    found: Floats = np.log(values.clip(np.finfo(np.float32).tiny))
    return found
