"""F1, the harmonic mean of precision and recall, of what is predicted."""

import numpy as np

from trainables.objectives.images import Floats, OneClass
from trainables.objectives.measure import Measure


def f1(one: OneClass) -> float:
    """Return twice the hits over the images that have the class plus those that it is predicted for.

    Source: van Rijsbergen (1979), the effectiveness with beta 1.
    """
    return float(2 * (one.truth & one.chosen).sum() / (one.truth.sum() + one.chosen.sum()))


def influence(one: OneClass) -> Floats:
    """Return the derivative by each image's weight."""
    hits, counted = (one.truth & one.chosen).astype(float), one.truth.astype(float) + one.chosen
    total = counted.sum()
    found: Floats = (2 * hits - f1(one) * counted) / total
    return found


def chance(shares: Floats, one_class: bool) -> float:
    """Return what a network scores that says the same of all images: the likeliest class, or every likely label."""
    chosen = shares == shares.max() if one_class else shares > 0.5
    return float(np.where(chosen, 2 * shares / (1 + shares), 0.0).mean())


MEASURE = Measure(
    name="macro_f1",
    words="macro F1",
    words_of_one="F1",
    needs="images with it, or for which it is predicted",
    is_measured=lambda one: bool(one.truth.any() or one.chosen.any()),
    value=f1,
    influence=influence,
    chance=chance,
)
