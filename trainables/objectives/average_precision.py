"""Average precision: the mean, over the images of a class, of the precision down to each."""

from dataclasses import dataclass

import numpy as np

from trainables.objectives.images import Floats, OneClass
from trainables.objectives.measure import Measure


@dataclass(frozen=True, kw_only=True)
class _Ranking:
    """Images by falling score; those of equal scores stand together.

    Attributes:
        order: Index of each image in that order, (N,).
        ends: Of each place, the last place of an equal score, (N,).
        num_above: Images down to and with those of an equal score, at each place.
        precision: Share of positives among these.
    """

    order: np.ndarray
    ends: np.ndarray
    num_above: np.ndarray
    precision: Floats


def average_precision(one: OneClass) -> float:
    """Return the sum of precisions over thresholds, each weighed by the recall that it adds, without interpolation.

    Source: Manning, Raghavan & Schütze (2008), ch. 8.4.
    """
    ranking = _ranked(one)
    return float(ranking.precision[one.truth[ranking.order]].mean())


def influence(one: OneClass) -> Floats:
    """Return the derivative by each image's weight.

    An image adds its own precision where it is positive, and moves that of every positive at or below its score: up
    where it is positive itself, down where it is not.
    """
    ranking = _ranked(one)
    truth = one.truth[ranking.order]
    num_positive = truth.sum()
    own = np.where(truth, ranking.precision - ranking.precision[truth].mean(), 0.0)
    # Sums over the positives at or below each place, places of an equal score included.
    first = np.searchsorted(ranking.ends, ranking.ends, "left")
    moved = _from_each(truth / ranking.num_above)[first]
    held = _from_each(truth * ranking.precision / ranking.num_above)[first]
    found = np.empty(len(truth))
    found[ranking.order] = (own + np.where(truth, moved, 0.0) - held) / num_positive
    return found


def _ranked(one: OneClass) -> _Ranking:
    order = np.argsort(-one.scores, kind="stable")
    scores = one.scores[order]
    is_last = np.append(scores[1:] != scores[:-1], True)
    last_places = np.flatnonzero(is_last)
    ends = last_places[np.searchsorted(last_places, np.arange(len(scores)))]
    num_above = ends + 1
    return _Ranking(
        order=order,
        ends=ends,
        num_above=num_above,
        precision=np.cumsum(one.truth[order])[ends] / num_above,
    )


def _from_each(values: Floats) -> Floats:
    """Return the sum of the values from each place on."""
    sums: Floats = np.cumsum(values[::-1])[::-1]
    return sums


MEASURE = Measure(
    name="mean_average_precision",
    words="mean average precision",
    words_of_one="average precision",
    needs="images with it",
    is_measured=lambda one: bool(one.truth.any()),
    value=average_precision,
    influence=influence,
    chance=lambda shares, one_class: float(shares.mean()),
)
