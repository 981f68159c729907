"""Holm's adjustment of p-values."""

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
