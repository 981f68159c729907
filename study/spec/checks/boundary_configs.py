"""The configurations of a space at which an impossibility shows first."""

import itertools
import math
from collections.abc import Iterator, Mapping

from study.ranges import Scalar, Value, boundary_values

MAX_COMBINATIONS = 1_024
"""Up to so many combinations of boundaries are all tried; of more, those in which two leave their first."""


def boundary_configs(values: Mapping[str, Value]) -> Iterator[dict[str, Scalar]]:
    """Yield flat configurations: every end of every range and every choice, together with the others'.

    Args:
        values: Constants, ranges and choices by flat key.
    """
    options = {key: boundary_values(value) for key, value in values.items()}
    if math.prod(map(len, options.values())) <= MAX_COMBINATIONS:
        yield from (dict(zip(options, point, strict=True)) for point in itertools.product(*options.values()))
        return
    first = {key: option[0] for key, option in options.items()}
    several = [key for key, option in options.items() if len(option) > 1]
    if len(several) == 1:
        yield from ({**first, several[0]: value} for value in options[several[0]])
    for one, other in itertools.combinations(several, 2):
        for a, b in itertools.product(options[one], options[other]):
            yield {**first, one: a, other: b}
