"""Cutting images into splits: stratified, reproducible, and never through a group.

Draws order images by a hash of (seed, purpose, id), so they are the same with every version of every
library, and one image more leaves the others' order as it was.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence

from trainables.data.sources.pool import digest


def shuffle_key(image_id: str, *, seed: int, purpose: str) -> str:
    """Return the key by which an image is sorted in the draw of that purpose."""
    return digest(f"{seed}/{purpose}/{image_id}".encode())


def linked(keys: Sequence[Iterable[Hashable]]) -> list[int]:
    """Return for every item the index of the first item that it is linked to.

    Two items are linked if they share a key, or over others that do.
    """
    parent = list(range(len(keys)))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    first_with: dict[Hashable, int] = {}
    for item, item_keys in enumerate(keys):
        for key in item_keys:
            one, other = root(item), root(first_with.setdefault(key, item))
            parent[max(one, other)] = min(one, other)
    return [root(item) for item in range(len(keys))]


def cut(
    labels: Sequence[int], units: Sequence[int], *, order: Sequence[str], fractions: Mapping[str, float]
) -> list[str]:
    """Return the split of every image; images of one unit get the same one.

    The largest units are placed first, each where its classes are furthest from their share (Webster's
    divisors, so that single images come out within one of their exact share). A class with as many units left
    as splits that lack it goes to those.

    Args:
        labels: Class of every image.
        units: Images with the same number stay together.
        order: A key for every image; units of equal size are placed in the order of their smallest key.
        fractions: Share of each split, together 1.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for image, number in enumerate(units):
        members[number].append(image)
    by_size = sorted(members.values(), key=lambda unit: (-len(unit), min(order[image] for image in unit)))
    targets = {
        split: {c: share * n for c, n in Counter(labels).items()} for split, share in fractions.items()
    }
    counts: dict[str, Counter[int]] = {split: Counter() for split in fractions}
    units_left = Counter(label for unit in by_size for label in {labels[image] for image in unit})
    splits = [""] * len(labels)
    for unit in by_size:
        classes = Counter(labels[image] for image in unit)
        chosen = _best_split(classes, counts, targets, units_left)
        counts[chosen].update(classes)
        units_left.subtract(classes.keys())
        for image in unit:
            splits[image] = chosen
    return splits


def _best_split(
    unit: Counter[int],
    counts: Mapping[str, Counter[int]],
    targets: Mapping[str, Mapping[int, float]],
    units_left: Counter[int],
) -> str:
    urgent = [c for c in unit if units_left[c] <= sum(not count[c] for count in counts.values())]

    def rank(split: str) -> tuple[int, float]:
        saved = sum(not counts[split][c] for c in urgent)
        fill = sum(n * (counts[split][c] + n / 2) / targets[split][c] for c, n in unit.items())
        return -saved, fill / unit.total()

    return min(counts, key=rank)


def first_of_each_class(labels: Sequence[int], *, order: Sequence[str], num: int) -> list[int]:
    """Return the positions of the first `num` images of each class in that order, ascending."""
    taken: Counter[int] = Counter()
    kept = []
    for position in sorted(range(len(labels)), key=lambda position: order[position]):
        if taken[labels[position]] < num:
            taken[labels[position]] += 1
            kept.append(position)
    return sorted(kept)
