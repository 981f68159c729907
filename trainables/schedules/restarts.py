"""The cycles of a phase: geometric lengths, rounded to whole epochs."""

import math
from itertools import pairwise
from typing import Literal

from trainables.errors import refused
from trainables.limits import AT_LEAST_ONE, FROM_ZERO_BELOW_ONE
from trainables.schedules._checks import check_num_epochs, check_within
from trainables.schedules.cosine import Cosine

LastCycle = Literal["stretch", "cut", "drop"]


def restarts(
    num_epochs: int,
    *,
    cycle_len: float,
    cycle_mult: float,
    last_cycle: LastCycle = "stretch",
    floor_fraction: float = 0.0,
    peak_decay: float = 1.0,
) -> Cosine:
    """Return the cosine cycles of a phase of `num_epochs` epochs.

    The first cycle lasts `cycle_len` epochs and every other one `cycle_mult` times the one before it.

    Args:
        num_epochs: Length of the phase in epochs, at least 1.
        cycle_len: Length of the first cycle in epochs, at least 1; it may be fractional.
        cycle_mult: Growth of the cycles, at least 1; it may be fractional.
        last_cycle: What happens where the cycles do not end with the phase. "stretch" takes the whole number of
            cycles whose total is nearest to the phase (on a logarithmic scale) and scales all of them to end
            with it, at whole epochs; "cut" keeps the lengths and cuts the last cycle off; "drop" leaves out a
            cycle that would not end, so that the phase may be shorter than `num_epochs`.
        floor_fraction: Rate at the end of a cycle, as a fraction of the first peak.
        peak_decay: Ratio of each cycle's peak to the one before it, in (0, 1].

    Raises:
        ValueError: If a value lies outside its range, "drop" leaves no cycle, or a peak decays below the floor.

    Source: Loshchilov & Hutter (2017), T_i = cycle_len * cycle_mult**i. Departure: cycles end at whole epochs.
    """
    _check_cycles(num_epochs, cycle_len, cycle_mult, floor_fraction)
    ends, final_cycle_epochs = _cycles(num_epochs, cycle_len, cycle_mult, last_cycle)
    return Cosine(
        cycle_ends=ends,
        final_cycle_epochs=final_cycle_epochs,
        floor_fraction=floor_fraction,
        peak_decay=peak_decay,
    )


def _cycles(
    num_epochs: int, cycle_len: float, cycle_mult: float, last_cycle: LastCycle
) -> tuple[tuple[int, ...], int | None]:
    """Return the ends of the cycles, and the full length of the last one where it is cut off."""
    if last_cycle == "stretch":
        return _stretched_ends(num_epochs, cycle_len, cycle_mult), None
    ends = _whole_ends(num_epochs, cycle_len, cycle_mult)
    whole = tuple(end for end in ends if end <= num_epochs)
    if last_cycle == "drop" and not whole:
        raise refused(
            "cycle_len",
            cycle_len,
            f"at most {num_epochs}",
            but=f"the phase has only {num_epochs} epochs",
            because="or with last_cycle 'drop' nothing would be trained",
        )
    if last_cycle == "drop" or (whole and whole[-1] == num_epochs):
        return whole, None
    full_length = ends[len(whole)] - (whole[-1] if whole else 0)
    return (*whole, num_epochs), full_length


def _check_cycles(num_epochs: int, cycle_len: float, cycle_mult: float, floor_fraction: float) -> None:
    check_num_epochs(num_epochs)
    check_within("cycle_len", cycle_len, AT_LEAST_ONE)
    check_within("cycle_mult", cycle_mult, AT_LEAST_ONE)
    check_within("floor_fraction", floor_fraction, FROM_ZERO_BELOW_ONE)


def _whole_ends(limit: int, cycle_len: float, cycle_mult: float) -> list[int]:
    """Return the ends rounded to whole epochs, every cycle of at least one, up to the first at or past `limit`."""
    ends: list[int] = []
    for total in _totals(limit + 1, cycle_len, cycle_mult):
        ends.append(max(round(total), ends[-1] + 1 if ends else 1))
        if ends[-1] >= limit:
            break
    return ends


def _stretched_ends(num_epochs: int, cycle_len: float, cycle_mult: float) -> tuple[int, ...]:
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
