"""Every combination of choices, in an order that is drawn."""

import itertools
import random

from study.ranges import Choice, Scalar, Space
from study.samplers.base import Sampler


class Grid(Sampler):
    """Suggests every point of a space of choices once, and then none."""

    choices_only = True

    def __init__(self, space: Space, *, seed: int, num_trials: int) -> None:
        """Begin a search.

        Raises:
            ValueError: If the space has a range.
        """
        ranges = [key for key, domain in space.items() if not isinstance(domain, Choice)]
        if ranges:
            raise ValueError(f"grid search takes choices only, but {', '.join(ranges)} is a range")
        values = [domain.values for domain in space.values() if isinstance(domain, Choice)]
        points = [dict(zip(space, point, strict=True)) for point in itertools.product(*values)]
        random.Random(seed).shuffle(points)
        self._points = iter(points)

    def ask(self) -> dict[str, Scalar] | None:
        """Return the next point; None when all were suggested."""
        return next(self._points, None)
