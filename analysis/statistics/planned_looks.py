"""Planned looks at a confirmation whose seeds are added until it is decided. Standard library only."""

import math


def planned_looks(least: int, most: int) -> tuple[int, ...]:
    """Return at how many seeds a study is looked at: at the least, then at half as many again, up to the most.

    A last step of less than half the one before is joined with it: 5 to 30 are 5, 8, 12, 18, 30.
    """
    looks = [least]
    while looks[-1] < most:
        looks.append(min(most, max(looks[-1] + 1, math.ceil(1.5 * looks[-1]))))
    if len(looks) > 2 and 2 * (looks[-1] - looks[-2]) < looks[-2] - looks[-3]:
        del looks[-2]
    return tuple(looks)
