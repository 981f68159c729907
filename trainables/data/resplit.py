"""A prepared data set split again: training and test images exchanged, validation images as they were."""

import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trainables.data.decoding.decode import Squares
from trainables.data.duplicates import Fingerprints
from trainables.data.label_sets import labels_of
from trainables.data.prepared import (
    META,
    PreparedData,
    Split,
    data_path,
    images_of_each,
    is_whole,
    mean_and_std,
    meta_of,
    open_prepared,
    read_fingerprints,
    write_fingerprints,
    write_groups,
    write_split,
)
from trainables.data.sources.errors import DataError, Problems
from trainables.data.sources.pool import TEST, TRAIN, VAL, LabelSets, digest
from trainables.data.splits import linked, shuffle_key
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


@dataclass(frozen=True, kw_only=True)
class _Both:
    """Training and test images of a data set, one after the other."""

    splits: tuple[Split, ...]
    prints: tuple[Fingerprints, ...]

    @cached_property
    def labels(self) -> npt.NDArray[np.int64] | LabelSets:
        found: npt.NDArray[np.int64] | LabelSets = np.concatenate([split.labels for split in self.splits])
        return found

    @cached_property
    def classes_of(self) -> list[tuple[int, ...]]:
        """The classes of every image: one; or its labels, -1 where it has none."""
        labels = self.labels
        return labels_of(labels) if labels.ndim == 2 else [(int(label),) for label in labels]

    @property
    def ids(self) -> list[str]:
        return [image for split in self.splits for image in split.ids]

    @property
    def groups(self) -> list[str | None]:
        return [group for split in self.splits for group in split.groups]

    def fingerprints(self, positions: Sequence[int]) -> Fingerprints:
        hashes = [pixels for prints in self.prints for pixels in prints.hashes]
        thumbnails = np.concatenate([prints.thumbnails for prints in self.prints])
        ids = self.ids
        return Fingerprints(
            ids=tuple(ids[position] for position in positions),
            hashes=tuple(hashes[position] for position in positions),
            thumbnails=thumbnails[list(positions)],
        )


def _build(data: PreparedData, key: str, *, seed: int, cache: Path) -> PreparedData:
    started = time.perf_counter()
    both = _Both(
        splits=tuple(data.split(name) for name in DRAWN_FROM),
        prints=tuple(read_fingerprints(data, name) for name in DRAWN_FROM),
    )
    places = _draw(both, seed)
    _refuse_empty_classes(both, places, data)
    with built_folder(data_path(cache, key)) as folder:
        squares = _squares(both, folder)
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
            _link(file, folder / file.name)
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


def _draw(both: _Both, seed: int) -> dict[str, list[int]]:
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


def _units(both: _Both, seed: int) -> list[list[int]]:
    """Return the places of the images that stay together, unit by unit in a random order."""
    roots = linked([[] if group is None else [group] for group in both.groups])
    members: dict[int, list[int]] = {}
    for place, root in enumerate(roots):
        members.setdefault(root, []).append(place)
    ids = both.ids
    first = {root: min(ids[place] for place in unit) for root, unit in members.items()}
    order = sorted(members, key=lambda root: shuffle_key(first[root], seed=seed, purpose="resplit"))
    return [members[root] for root in order]


def _refuse_empty_classes(both: _Both, places: dict[str, list[int]], data: PreparedData) -> None:
    problems = Problems()
    classes_of = both.classes_of
    for name, positions in places.items():
        reached = {label for position in positions for label in classes_of[position]}
        for label in sorted({label for found in classes_of for label in found if label >= 0} - reached):
            problems.add(TOO_FEW_GROUPS, f"{data.classes[label]!r} would have no image for {name}")
    if problems:
        raise DataError(problems.by_kind, data.key)


def _squares(both: _Both, folder: Path) -> Squares:
    """Return the squares of both splits in one array, mapped from a file that goes with it."""
    first = both.splits[0].images
    total = sum(len(split.images) for split in both.splits)
    staged = folder / "both.npy"
    pixels = np.lib.format.open_memmap(staged, mode="w+", dtype=np.uint8, shape=(total, *first.shape[1:]))
    with staged.open("r+b") as file:  # else a disk without room for it kills the process at some later pixel
        os.posix_fallocate(file.fileno(), 0, max(1, pixels.nbytes))
    staged.unlink()
    begin = 0
    for split in both.splits:
        pixels[begin : begin + len(split.images)] = split.images
        begin += len(split.images)
    return Squares(pixels=pixels, grey=np.ones(total, dtype=bool))


def _link(file: Path, to: Path) -> None:
    """Have a file at another place, too, without its bytes where the file system can."""
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)
