"""A prepared data set split again: training and test images exchanged, validation images as they were."""

import json
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from trainables.data.prepared import (
    META,
    PreparedData,
    data_path,
    images_of_each,
    is_whole,
    mean_and_std,
    meta_of,
    open_prepared,
    write_fingerprints,
    write_groups,
    write_split,
)
from trainables.data.sources.errors import DataError, Problems
from trainables.data.sources.pool import TEST, TRAIN, VAL, digest
from trainables.data.splits import linked, shuffle_key
from trainables.data.splits_together import SplitsTogether, have_at, staged_squares
from trainables.sharing.cache_folder import built_folder, cache_dir, machine_lock

VERSION = 1
"""Of how images are drawn and stored; part of every key."""

DRAWN_FROM = (TRAIN, TEST)

TOO_FEW_GROUPS = "too few groups to split again"
"""Kind of the problem that a class stands in so few groups that a split would lack it."""


def resplit(data: PreparedData, *, seed: int, cache: Path | None = None) -> PreparedData:
    """Return a data set with its training and test images drawn anew from both; from the cache where it is there.

    Sizes stay, class by class, and groups and equal images stay together; where groups are large, sizes are about what
    they were. Nothing is decoded: the stored squares are taken, with the window and the channels that the first
    training images gave. The validation images, which choose what is confirmed, stay out of it: they are never tested.

    Args:
        data: The data set as it was prepared.
        seed: Of the draw.
        cache: Cache folder; None: `cache_dir()`.

    Raises:
        DataError: If a class would have no training or no test image.
    """
    cache = cache if cache is not None else cache_dir()
    key = digest(json.dumps(["resplit", VERSION, data.key, seed]).encode())
    with machine_lock(cache, key):
        if not is_whole(cache, key):
            return _build(data, key, seed=seed, cache=cache)
    return open_prepared(key, cache=cache)


def _build(data: PreparedData, key: str, *, seed: int, cache: Path) -> PreparedData:
    started = time.perf_counter()
    both = SplitsTogether.of(data, DRAWN_FROM)
    places = _draw(both, seed)
    _refuse_empty_classes(both, places, data)
    with built_folder(data_path(cache, key)) as folder:
        squares = staged_squares(both, folder)
        hashes, counts = dict(data.split_hashes), dict(data.counts)
        num_images = dict(data.num_images)
        for name, positions in places.items():
            labels = both.labels[positions]
            hashes[name] = write_split(
                folder / name, positions, squares=squares, channels=data.channels, labels=labels
            )
            write_fingerprints(folder / name, both.fingerprints(positions))
            write_groups(folder / name, [both.groups[position] for position in positions])
            counts[name] = images_of_each(labels, num_classes=len(data.classes))
            num_images[name] = len(positions)
        for file in data.path.glob(f"{VAL}.*"):
            have_at(file, folder / file.name)
        mean, std = mean_and_std(np.load(folder / f"{TRAIN}.npy", mmap_mode="r"))
        again = replace(
            data,
            key=key,
            path=data_path(cache, key),
            mean=mean,
            std=std,
            split_hashes=hashes,
            counts=counts,
            num_images=num_images,
            notes=(f"training and test images of {data.key} split again, seed {seed}",),
            build_seconds=time.perf_counter() - started,
        )
        (folder / META).write_text(json.dumps(meta_of(again), indent=1), encoding="utf-8")
    return again


def _draw(both: SplitsTogether, seed: int) -> dict[str, list[int]]:
    """Return the places of training and test images.

    Units (groups, or images that stand alone) go to test in a random order, each where it brings the classes nearer to
    as many test images as there were; a class that has got none gives its first unit.
    """
    classes_of, test_split = both.classes_of, DRAWN_FROM.index(TEST)
    tested_before = classes_of[-len(both.splits[test_split].labels) :]
    left = Counter(label for found in tested_before for label in found)
    units = _units(both, seed)
    tested: list[list[int]] = []
    reached: Counter[int] = Counter()
    for unit in units:
        counts = Counter(label for place in unit for label in classes_of[place])
        if sum(abs(left[c]) - abs(left[c] - n) for c, n in counts.items()) > 0:
            tested.append(unit)
            left.subtract(counts)
            reached.update(counts)
    tested += [
        next(unit for unit in units if any(label in classes_of[place] for place in unit))
        for label in sorted({label for found in classes_of for label in found} - set(reached))
    ]
    test = {place for unit in tested for place in unit}
    return {
        TRAIN: [place for place in range(len(classes_of)) if place not in test],
        TEST: sorted(test),
    }


def _units(both: SplitsTogether, seed: int) -> list[list[int]]:
    """Return the places of the images that stay together, unit by unit in a random order."""
    roots = linked([[] if group is None else [group] for group in both.groups])
    members: dict[int, list[int]] = {}
    for place, root in enumerate(roots):
        members.setdefault(root, []).append(place)
    ids = both.ids
    first = {root: min(ids[place] for place in unit) for root, unit in members.items()}
    order = sorted(members, key=lambda root: shuffle_key(first[root], seed=seed, purpose="resplit"))
    return [members[root] for root in order]


def _refuse_empty_classes(both: SplitsTogether, places: dict[str, list[int]], data: PreparedData) -> None:
    problems = Problems()
    classes_of = both.classes_of
    for name, positions in places.items():
        reached = {label for position in positions for label in classes_of[position]}
        for label in sorted({label for found in classes_of for label in found if label >= 0} - reached):
            problems.add(TOO_FEW_GROUPS, f"{data.classes[label]!r} would have no image for {name}")
    if problems:
        raise DataError(problems.by_kind, data.key)
