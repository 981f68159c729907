"""Assignment of a pool's images to splits, and what stands against it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from trainables.data.label_sets import cut_label_sets, missing_labels_notes
from trainables.data.sources.errors import Problems
from trainables.data.sources.pool import SPLITS, TEST, TRAIN, VAL, LabelSets, RawImage
from trainables.data.sources.source import DataSource
from trainables.data.splits import cut, first_of_each_class, linked, shuffle_key

TOO_FEW = "train_per_class too large"
"""Kind of the problem that a class has fewer training images than are to be kept."""


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """What is assigned: the images that could be decoded.

    Attributes:
        images: In the pool's order.
        hashes: Of each one's pixels: where splits are cut here, equal images stay together like a group.
        label_sets: See `Pool.label_sets`.
    """

    images: Sequence[RawImage]
    hashes: Sequence[str]
    label_sets: LabelSets | None


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Places, in the pool, of each split's images, and what was decided to get there."""

    positions: dict[str, list[int]]
    notes: list[str]


def assign(
    candidates: Candidates, *, source: DataSource, classes: Sequence[str], problems: Problems
) -> Assignment:
    """Assign every image to a split, keeping the splits that were given and cutting those that were not.

    Args:
        candidates: The images that could be decoded.
        source: Fractions, seed and number of training images.
        classes: Name of every class index.
        problems: Takes groups that lie across given splits and classes that don't reach every split.
    """
    images, label_sets = candidates.images, candidates.label_sets
    _refuse_spanning_groups(images, problems)
    notes: list[str] = []
    splits = [image.split or TRAIN for image in images]
    given = {image.split for image in images}
    missing = [split for split in (VAL, TEST) if split not in given]
    if missing:
        pooled = [position for position, split in enumerate(splits) if split == TRAIN]
        for position, split in zip(pooled, _cut(candidates, pooled, missing, source=source), strict=True):
            splits[position] = split
        notes += _cut_notes(missing, source, has_train=given != {None})
    positions = {split: [i for i, where in enumerate(splits) if where == split] for split in SPLITS}
    if label_sets is not None:
        return Assignment(
            positions=positions, notes=notes + missing_labels_notes(label_sets, positions, classes)
        )
    _refuse_empty_classes(images, positions, classes, missing, problems)
    if source.train_per_class is not None:
        notes.append(f"training images kept: {source.train_per_class} of each class")
        positions[TRAIN] = _few(images, positions[TRAIN], source=source, classes=classes, problems=problems)
    return Assignment(positions=positions, notes=notes)


def standing_together(images: Sequence[RawImage], hashes: Sequence[str]) -> list[str | None]:
    """Return the name of what each image stands together with; None for one that stands alone.

    Images of one group stand together, and images of the same pixels: what a network says of one it says of the other.
    The name is that of the group, of the first where equal images link several, and without a group the first image's.
    """
    roots = linked(_keys(images, hashes))
    sizes = Counter(roots)
    named: dict[int, str] = {}
    for root, image in zip(roots, images, strict=True):
        if image.group is not None:
            named.setdefault(root, image.group)
    return [named.get(root, images[root].id if sizes[root] > 1 else None) for root in roots]


def _keys(images: Sequence[RawImage], hashes: Sequence[str]) -> list[list[tuple[str, str]]]:
    return [
        [("pixels", pixels), *([("group", image.group)] if image.group else [])]
        for image, pixels in zip(images, hashes, strict=True)
    ]


def _cut(
    candidates: Candidates, pooled: Sequence[int], missing: Sequence[str], *, source: DataSource
) -> list[str]:
    images, hashes, label_sets = candidates.images, candidates.hashes, candidates.label_sets
    keys = _keys([images[i] for i in pooled], [hashes[i] for i in pooled])
    shares = {VAL: source.val_fraction, TEST: source.test_fraction}
    cut_off = {split: shares[split] for split in missing}
    order = [shuffle_key(images[i].id, seed=source.split_seed, purpose="split") for i in pooled]
    fractions = {TRAIN: 1 - sum(cut_off.values()), **cut_off}
    if label_sets is not None:
        return cut_label_sets(label_sets[list(pooled)], linked(keys), order=order, fractions=fractions)
    return cut([images[i].label for i in pooled], linked(keys), order=order, fractions=fractions)


def _cut_notes(missing: Sequence[str], source: DataSource, *, has_train: bool) -> list[str]:
    shares = {VAL: source.val_fraction, TEST: source.test_fraction}
    whole = "train" if has_train else "all images"
    groups = "" if source.group is None else ", groups kept whole"
    return [
        f"{split} split cut from {whole}: {100 * shares[split]:g} %, stratified{groups}, seed {source.split_seed}"
        for split in missing
    ]


def _refuse_spanning_groups(images: Sequence[RawImage], problems: Problems) -> None:
    where: dict[str, set[str]] = defaultdict(set)
    for image in images:
        if image.group is not None and image.split is not None:
            where[image.group].add(image.split)
    for group, splits in where.items():
        if len(splits) > 1:
            problems.add(
                "group in several splits", f"{group!r} in {', '.join(s for s in SPLITS if s in splits)}"
            )


def _refuse_empty_classes(
    images: Sequence[RawImage],
    positions: dict[str, list[int]],
    classes: Sequence[str],
    missing: Sequence[str],
    problems: Problems,
) -> None:
    """Name the classes that a cut left out of a split; given splits were looked at when they were read."""
    if not missing:
        return
    totals = Counter(image.label for image in images)
    for split in (TRAIN, *missing):
        reached = {images[i].label for i in positions[split]}
        for label in sorted(totals.keys() - reached):
            text = (
                f"{classes[label]!r} has no image left for {split}: {totals[label]} images in too few groups"
            )
            problems.add("class too small to cut", text)


def _few(
    images: Sequence[RawImage],
    positions: Sequence[int],
    *,
    source: DataSource,
    classes: Sequence[str],
    problems: Problems,
) -> list[int]:
    assert source.train_per_class is not None
    counts = Counter(images[i].label for i in positions)
    for label, name in enumerate(classes):
        if 0 < counts[label] < source.train_per_class:
            text = f"{source.train_per_class}, but {name!r} has {counts[label]} training images"
            problems.add(TOO_FEW, text)
    order = [_sampling_key(images[i], seed=source.split_seed) for i in positions]
    labels = [images[i].label for i in positions]
    return [positions[k] for k in first_of_each_class(labels, order=order, num=source.train_per_class)]


def _sampling_key(image: RawImage, *, seed: int) -> str:
    """Return what images are taken in the order of: group by group, as they are collected, and one that stands alone.

    A sample of more images holds the smaller ones of the same seed.
    """
    key = shuffle_key(image.id, seed=seed, purpose="train_per_class")
    if image.group is None:
        return key
    return shuffle_key(image.group, seed=seed, purpose="train_per_class of groups") + key
