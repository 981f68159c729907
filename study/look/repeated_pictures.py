"""Pictures that occur more than once in a set: equal images by their hash, near ones by what they show."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from study.look.look import Pair, SeenImage
from study.look.measured_image import MeasuredImage
from study.look.similarity.near_duplicates import NearPair, near_pairs
from study.look.similarity.squares import SYMMETRIES

FEW = 6
"""Equal images of which every pair is named; of more, each is paired with the first."""
CROPPED = 0.97
"""Share of the area below which a picture is called cropped."""


def repeated_pictures(
    images: Sequence[MeasuredImage],
    seen: Sequence[SeenImage],
    *,
    progress: Callable[[float], None],
) -> tuple[Pair, ...]:
    """Return the pairs of images that show the same, equal ones first.

    Args:
        images: Measured images.
        seen: Split and class of each.
        progress: Told the share that is done.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for position, image in enumerate(images):
        places[image.pixels_hash].append(position)
    equal = [pair for same in places.values() for pair in _pairs_of(same)]
    firsts = [same[0] for same in places.values()]
    copies = np.stack([images[position].copy for position in firsts])
    sides = np.array([min(images[position].width, images[position].height) for position in firsts])
    near = near_pairs(copies, sides, progress=progress)
    return (
        *(_equal(seen[first], seen[second]) for first, second in equal),
        *(_near(each, [seen[position] for position in firsts]) for each in near),
    )


def _pairs_of(same: list[int]) -> list[tuple[int, int]]:
    if len(same) <= FEW:
        return list(combinations(same, 2))
    return [(same[0], other) for other in same[1:]]


def _equal(first: SeenImage, second: SeenImage) -> Pair:
    return Pair(first=first, second=second, equal=True, agreement=1.0, how="")


def _near(pair: NearPair, seen: Sequence[SeenImage]) -> Pair:
    changes = [SYMMETRIES[pair.symmetry]] if pair.symmetry else []
    if pair.area < CROPPED:
        changes.append(f"{pair.area:.0%} of the area")
    return Pair(
        first=seen[pair.first],
        second=seen[pair.second],
        equal=False,
        agreement=pair.agreement,
        how=", ".join(changes),
    )
