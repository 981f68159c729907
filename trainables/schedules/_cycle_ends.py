"""Where cycles end: geometric lengths, rounded to whole epochs."""

import math
from itertools import pairwise


def whole_ends(limit: int, cycle_len: float, cycle_mult: float) -> list[int]:
    """Return the ends rounded to whole epochs, every cycle of at least one, up to the first at or past `limit`."""
    ends: list[int] = []
    for total in _totals(limit + 1, cycle_len, cycle_mult):
        ends.append(max(round(total), ends[-1] + 1 if ends else 1))
        if ends[-1] >= limit:
            break
    return ends


def stretched_ends(num_epochs: int, cycle_len: float, cycle_mult: float) -> tuple[int, ...]:
    """Return the ends of the nearest whole number of cycles, all scaled to end with epoch `num_epochs`."""
    totals = _totals(num_epochs, cycle_len, cycle_mult)
    nearest = min(range(len(totals)), key=lambda k: (abs(math.log(totals[k] / num_epochs)), k))
    for count in range(nearest + 1, 0, -1):
        ends = tuple(round(num_epochs * total / totals[count - 1]) for total in totals[:count])
        if all(a < b for a, b in pairwise((0, *ends))):
            return ends
    return (num_epochs,)


def _totals(limit: float, cycle_len: float, cycle_mult: float) -> list[float]:
    """Return the unrounded ends of the cycles up to the first one at or past `limit`."""
    totals, length = [cycle_len], cycle_len
    while totals[-1] < limit:
        length *= cycle_mult
        totals.append(totals[-1] + length)
    return totals
