"""Images with several labels each: cut into splits that keep the labels' frequencies."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from trainables.data.sources.pool import LabelSets, and_more
from trainables.text import counted

Floats = npt.NDArray[np.float64]


def cut_label_sets(
    label_sets: LabelSets, units: Sequence[int], *, order: Sequence[str], fractions: Mapping[str, float]
) -> list[str]:
    """Return the split of every image; images of one unit get the same one, and labels keep their frequencies.

    The label that the fewest units are left of is placed first, its largest units before its smaller ones, each where
    most of that label is still wanted. Images without any label are placed as if that were a label.

    Args:
        label_sets: uint8 (N, L).
        units: Images with the same number stay together.
        order: A key for every image; units of equal size are placed in the order of their smallest key.
        fractions: Share of each split, together 1.

    Source: Sechidis, Tsoumakas & Vlahavas (2011), algorithm 1, with four departures. Units are placed instead of single
    images. A label with as many units left as splits that lack it goes to those, or it would be missing where it is
    rare. Ties are decided by what is wanted of all images and then by the order of the splits, and not by a draw:
    the draw is in `order`. "No label" is a label.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for image, number in enumerate(units):
        members[number].append(image)
    by_size = sorted(members.values(), key=lambda unit: (-len(unit), min(order[image] for image in unit)))
    with_none = np.column_stack([label_sets, label_sets.sum(axis=1) == 0]).astype(np.float64)
    counts = np.array([with_none[unit].sum(axis=0) for unit in by_size]).reshape(-1, with_none.shape[1])
    chosen = _places(counts, np.array([len(unit) for unit in by_size]), np.array(list(fractions.values())))
    names, splits = list(fractions), [""] * len(units)
    for unit, place in zip(by_size, chosen, strict=True):
        for image in unit:
            splits[image] = names[place]
    return splits


def _places(counts: Floats, sizes: npt.NDArray[np.intp], shares: Floats) -> list[int]:
    """Return the place of every unit, of its images by label (units, labels) and their number."""
    wanted, wanted_images = np.outer(shares, counts.sum(axis=0)), shares * sizes.sum()
    reached = np.zeros(wanted.shape, dtype=bool)
    places = np.full(len(counts), -1)
    while (places < 0).any():
        units_left = (counts[places < 0] > 0).sum(axis=0)
        label = int(np.where(units_left > 0, units_left, np.inf).argmin())
        for unit in np.flatnonzero((places < 0) & (counts[:, label] > 0)):
            urgent = (counts[unit] > 0) & (units_left <= (~reached).sum(axis=0)) & ~reached.all(axis=0)
            saved = (~reached[:, urgent]).sum(axis=1)
            rank = np.lexsort((-wanted_images, -wanted[:, label], -saved))
            place = int(rank[0])
            places[unit] = place
            wanted[place] -= counts[unit]
            wanted_images[place] -= sizes[unit]
            reached[place] |= counts[unit] > 0
            units_left = units_left - (counts[unit] > 0)
    found: list[int] = places.tolist()
    return found


def missing_labels_notes(
    label_sets: LabelSets, positions: Mapping[str, list[int]], names: Sequence[str]
) -> list[str]:
    """Return a sentence for each split that has no image with, or none without, some of the labels."""
    return [
        f"{split}: {'; '.join(found)}"
        for split, places in positions.items()
        if (found := list(_missing(label_sets[places], names)))
    ]


def _missing(rows: LabelSets, names: Sequence[str]) -> Iterable[str]:
    with_it = rows.sum(axis=0)
    for what, lacks in (("with", with_it == 0), ("without", with_it == len(rows))):
        labels = [repr(names[int(label)]) for label in np.flatnonzero(lacks)]
        if labels:
            which = counted(len(labels), "label")
            yield f"no image {what} {which} ({and_more(labels)}), left out of means over labels there"


def labels_of(label_sets: LabelSets | npt.NDArray[np.int64]) -> list[tuple[int, ...]]:
    """Return the labels of every image, those that it has; of an image without any (-1,)."""
    return [tuple(np.flatnonzero(row).tolist()) or (-1,) for row in label_sets]
