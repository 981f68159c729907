"""An operating point: the threshold between two classes that reaches a wanted sensitivity or specificity."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["sensitivity", "specificity"]

_ROUNDING = 1e-9
_ONE, _INFINITE = np.float32(1), np.float32(np.inf)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the threshold is to reach on validation images.

    Attributes:
        positive: Name of the class that is looked for.
        kind: Share of its images that are found, or of the other class's that are left alone.
        value: In (0, 1).
    """

    positive: str
    kind: Kind
    value: float


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What a threshold does on a set of images: found of the positive ones, left alone of the others."""

    found: int
    num_positive: int
    left_alone: int
    num_negative: int

    @property
    def sensitivity(self) -> float:
        """Share of the positive images that are found."""
        return self.found / self.num_positive

    @property
    def specificity(self) -> float:
        """Share of the other images that are left alone."""
        return self.left_alone / self.num_negative


def choose_threshold(scores: np.ndarray, positive: np.ndarray, *, kind: Kind, value: float) -> float:
    """Return the threshold that reaches `value` of one rate and, of those, has the most of the other.

    It lies in the middle between two scores, so that rounding decides nothing; an image is positive where its score is
    at least the threshold. Scores are told apart as far as a served network does, in single precision. Where others
    have a probability of 1 and are to be left alone, the threshold is just above 1, and nothing is positive.

    Args:
        scores: Probability of the positive class, (N,).
        positive: Whether each image is of that class, bool (N,), not all the same.
        kind: Which rate.
        value: In (0, 1).
    """
    scores = np.asarray(scores, dtype=np.float32)
    if kind == "specificity":
        others = np.sort(scores[~positive])[::-1]
        last = others[math.floor((1 - value) * len(others) + _ROUNDING)]  # the highest that is left alone
        above = scores[scores > last]
        return _between(last, above.min() if len(above) else max(_ONE, np.nextafter(last, _INFINITE)))
    own = np.sort(scores[positive])
    first = own[math.floor((1 - value) * len(own) + _ROUNDING)]  # the lowest that is found
    below = scores[scores < first]
    return _between(below.max() if len(below) else np.float32(0), first)


def _between(low: np.float32, high: np.float32) -> float:
    """Return the middle of two scores in single precision; the higher where there is nothing between them."""
    middle = (low + high) / 2
    return float(middle if middle > low else high)


def rates_at(threshold: float, scores: np.ndarray, positive: np.ndarray) -> Rates:
    """Return what a threshold does."""
    called = scores >= threshold
    return Rates(
        found=int((called & positive).sum()),
        num_positive=int(positive.sum()),
        left_alone=int((~called & ~positive).sum()),
        num_negative=int((~positive).sum()),
    )
