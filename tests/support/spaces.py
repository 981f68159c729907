"""Short words for ranges and choices."""

from study.ranges import Choice, Range, Scalar


def log_uniform(low: float, high: float) -> Range:
    return Range(kind="log_uniform", low=low, high=high)


def uniform(low: float, high: float) -> Range:
    return Range(kind="uniform", low=low, high=high)


def whole(low: int, high: int) -> Range:
    return Range(kind="int", low=low, high=high)


def choice(*values: Scalar) -> Choice:
    return Choice(values=values)
