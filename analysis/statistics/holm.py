"""Holm's adjustment of p-values, and the levels of its steps."""

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return the p-values adjusted so that their whole family errs at the nominal rate.

    Args:
        p_values: One for each question, in any order. None, where a question could not be judged, stays
            None and is not counted in the family.

    Source: Holm (1979).
    """
    ranked = sorted((p, index) for index, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, index) in enumerate(ranked):
        highest = max(highest, min(1.0, p * (len(ranked) - rank)))
        adjusted[index] = highest
    return tuple(adjusted)


def holm_levels(p_values: Sequence[float | None], *, alpha: float) -> tuple[float | None, ...]:
    """Return the level that each question is judged at: that of its own step, or of the step at which Holm stopped.

    A question is answered where its p-value is below its level; an interval at that level shows the same.

    Args:
        p_values: One for each question, in any order; None where a question could not be judged.
        alpha: Level of the family.

    Source: Holm (1979).
    """
    ranked = sorted((p, index) for index, p in enumerate(p_values) if p is not None)
    levels: list[float | None] = [None] * len(p_values)
    stopped: float | None = None
    for rank, (p, index) in enumerate(ranked):
        level = alpha / (len(ranked) - rank) if stopped is None else stopped
        levels[index] = level
        if p >= level:
            stopped = level
    return tuple(levels)
