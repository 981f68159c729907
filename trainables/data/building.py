"""Preparing a data set: read, decode, cut, check, and store under the hash of its content."""

import importlib
import json
import logging
import os
import time
from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trainables.data.assign import Assignment, Candidates, assign, standing_together
from trainables.data.checks import duplicates_in_source, duplicates_within, under_two_classes
from trainables.data.decoding.bit_depth import map_deep_images
from trainables.data.decoding.decode import THUMBNAIL_SIZE, Decoded, Reading, Squares, decode_all, own_size
from trainables.data.decoding.fitting import fit_notes
from trainables.data.decoding.remarks import remark_notes
from trainables.data.duplicates import Fingerprints
from trainables.data.label_sets import labels_of
from trainables.data.prepared import (
    META,
    PreparedData,
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
from trainables.data.sources.pool import SPLITS, TEST, TRAIN, VAL, LabelSets, Pool, RawImage, digest
from trainables.data.sources.registry import READERS, without_effect_on_content
from trainables.data.sources.source import DataSource
from trainables.sharing.cache_folder import built_folder, cache_dir, machine_lock, remove_abandoned

logger = logging.getLogger(__name__)

KEY_VERSION = 3
"""Version of what is stored and how it is made; part of every key, so a change never reads old folders."""
TOO_FEW_OF_SETS = "train_per_class is for one class an image"
"""Kind of the problem that a number of images of each class is asked for where an image has several labels."""
_STAND_IN_SIZE = 8


def prepare(
    source: DataSource, *, against: PreparedData | None = None, cache: Path | None = None
) -> PreparedData:
    """Return the source's images decoded, cut into splits and stored; from the cache where they are there.

    Args:
        source: What to prepare.
        against: The data set of a pre-training, whose images must not occur in this one's val or test split.
        cache: Cache folder; None: `cache_dir()`.

    Raises:
        DataError: For everything that is wrong with the images, in one message. Nothing is stored then.
    """
    cache = cache if cache is not None else cache_dir()
    try:
        return _prepare(source, against, cache)
    except DataError:
        raise
    except OSError as error:
        what = f"{error.strerror or error} ({error.filename or cache})"
        raise DataError(
            {"cache": [f"{what}; a folder that can be written, with room"]}, str(cache)
        ) from error


def _prepare(source: DataSource, against: PreparedData | None, cache: Path) -> PreparedData:
    if source.image_size is None:
        source = replace(source, image_size=READERS[source.kind].image_size)
    pool = read_pool(source, cache=cache)
    if not pool.images:
        pool.problems.raise_if_any(source.name)
    if pool.label_sets is not None and source.train_per_class is not None:
        text = f"{source.train_per_class}, but images have several labels each; left out keeps all"
        raise DataError({TOO_FEW_OF_SETS: [text]}, source.name)
    key = content_key(source, pool)
    remove_abandoned(cache, data_path(cache, key).parent)
    with machine_lock(cache, key):
        if pool.problems or not is_whole(cache, key):
            built = _build(source, pool, key, cache=cache, against=against)
            return replace(built, notes=(*pool.notes, *built.notes))
    data = open_prepared(key, cache=cache)
    problems = Problems()
    notes = duplicates_in_source(
        {name: read_fingerprints(data, name) for name in (VAL, TEST)}, against, source, problems
    )
    problems.raise_if_any(source.name)
    # What was skipped in the folder is no part of the key: the same images may lie beside other files today.
    return replace(data, notes=(*pool.notes, *data.notes, *notes))


def read_pool(source: DataSource, *, cache: Path | None = None) -> Pool:
    """Return the images of a source before anything is decoded, and what is wrong with the listing.

    Args:
        source: Where they come from.
        cache: Cache folder, for what torchvision downloads; None: `cache_dir()`.
    """
    module, _, name = READERS[source.kind].lists.partition(":")
    pool: Pool = getattr(importlib.import_module(module), name)(
        source, cache if cache is not None else cache_dir()
    )
    return pool


def content_key(source: DataSource, pool: Pool) -> str:
    """Return the hash of the images' content, their places, and the settings that shape the result."""
    seen_by_images = without_effect_on_content() | {"registered", "classes"}
    settings = {name: value for name, value in asdict(source).items() if name not in seen_by_images}
    images = [(image.id, image.content, image.label, image.split, image.group) for image in pool.images]
    if source.train_per_class is not None and any(image.group is not None for image in pool.images):
        settings |= {"train_per_class by": "group"}  # before, single images of any group were taken
    if pool.label_sets is not None:
        settings |= {"label_sets": digest(pool.label_sets.tobytes())}
    return digest(json.dumps([KEY_VERSION, settings, pool.classes, images], sort_keys=True).encode())


@dataclass(frozen=True, kw_only=True)
class _Usable:
    """The images of a pool that could be decoded, their squares, and their label sets where the pool has those."""

    images: list[RawImage]
    decoded: list[Decoded]
    squares: Squares
    label_sets: LabelSets | None

    @property
    def labels(self) -> npt.NDArray[np.int64] | LabelSets:
        """The class of every image, int64 (N,), or its labels, uint8 (N, L)."""
        if self.label_sets is not None:
            return self.label_sets
        return np.array([image.label for image in self.images], dtype=np.int64)


def _build(
    source: DataSource, pool: Pool, key: str, *, cache: Path, against: PreparedData | None
) -> PreparedData:
    started = time.perf_counter()
    final = data_path(cache, key)
    problems = Problems()
    problems.extend(pool.problems)
    with built_folder(final) as folder:
        usable = _decode(source, pool, folder, problems)
        hashes = [each.pixels_hash for each in usable.decoded]
        candidates = Candidates(images=usable.images, hashes=hashes, label_sets=usable.label_sets)
        plan = assign(candidates, source=source, classes=pool.classes, problems=problems)
        mapped = map_deep_images(
            usable.images,
            usable.decoded,
            usable.squares,
            training=plan.positions[TRAIN],
            source=source,
            problems=problems,
        )
        prints = {name: _fingerprints(usable, plan.positions[name]) for name in SPLITS}
        notes = [
            *plan.notes,
            *_decoding_notes(source, usable),
            *mapped.notes,
            *duplicates_within(prints, source, problems),
        ]
        against_notes = duplicates_in_source(prints, against, source, problems)
        problems.raise_if_any(source.name)
        notes += _two_classes(usable, plan)
        data = _store(usable, plan, prints, folder=folder, source=source, classes=pool.classes)
        data = replace(
            data,
            key=key,
            path=final,
            notes=tuple(notes),
            window=None if mapped.window is None else (mapped.window.low, mapped.window.high),
            build_seconds=time.perf_counter() - started,
        )
        (folder / META).write_text(json.dumps(meta_of(data), indent=1), encoding="utf-8")
    logger.info("prepared %s as %s in %.1f s", source.name, key, data.build_seconds)
    return replace(data, notes=(*data.notes, *against_notes))


def _decode(source: DataSource, pool: Pool, folder: Path, problems: Problems) -> _Usable:
    size = source.image_size or own_size(pool.images, problems) or _STAND_IN_SIZE
    staged = folder / "all.npy"
    pixels = np.lib.format.open_memmap(
        staged, mode="w+", dtype=np.uint8, shape=(len(pool.images), size, size, 3)
    )
    with staged.open("r+b") as file:  # else a disk without room for it kills the process at some later pixel
        os.posix_fallocate(file.fileno(), 0, max(1, pixels.nbytes))
    # The mapping outlives the name, so the file goes with the last reference to it.
    staged.unlink()
    results = decode_all(pool.images, out=pixels, problems=problems, reading=Reading.of(source))
    good = [position for position, result in enumerate(results) if result is not None]
    decoded = [result for result in results if result is not None]
    grey = np.array([result.grey for result in decoded], dtype=bool)
    kept = pixels if len(good) == len(results) else pixels[good]
    return _Usable(
        images=[pool.images[position] for position in good],
        decoded=decoded,
        squares=Squares(pixels=kept, grey=grey),
        label_sets=None if pool.label_sets is None else pool.label_sets[good],
    )


def _fingerprints(usable: _Usable, positions: list[int]) -> Fingerprints:
    thumbnails = [usable.decoded[position].thumbnail for position in positions]
    return Fingerprints(
        ids=tuple(usable.images[position].id for position in positions),
        hashes=tuple(usable.decoded[position].pixels_hash for position in positions),
        thumbnails=np.array(thumbnails, dtype=np.uint8).reshape(-1, THUMBNAIL_SIZE**2),
    )


def _store(
    usable: _Usable,
    plan: Assignment,
    prints: Mapping[str, Fingerprints],
    *,
    folder: Path,
    source: DataSource,
    classes: tuple[str, ...],
) -> PreparedData:
    channels = _channels(source, usable, plan)
    groups = standing_together(usable.images, [each.pixels_hash for each in usable.decoded])
    split_hashes, counts, num_images = {}, {}, {}
    for name in SPLITS:
        positions = plan.positions[name]
        labels = usable.labels[positions]
        split_hashes[name] = write_split(
            folder / name, positions, squares=usable.squares, channels=channels, labels=labels
        )
        write_fingerprints(folder / name, prints[name])
        write_groups(folder / name, [groups[position] for position in positions])
        counts[name] = images_of_each(labels, num_classes=len(classes))
        num_images[name] = len(positions)
    mean, std = mean_and_std(np.load(folder / f"{TRAIN}.npy", mmap_mode="r"))
    return PreparedData(
        key="",
        path=folder,
        classes=classes,
        image_size=usable.squares.pixels.shape[1],
        channels=channels,
        mean=mean,
        std=std,
        split_hashes=split_hashes,
        counts=counts,
        task="single_label" if usable.label_sets is None else "multi_label",
        num_images=num_images,
        fit=source.fit,
        window=None,
        notes=(),
        build_seconds=0.0,
    )


def _channels(source: DataSource, usable: _Usable, plan: Assignment) -> int:
    if source.channels == "auto":
        return 1 if usable.squares.grey[plan.positions[TRAIN]].all() else 3
    return 1 if source.channels == "grey" else 3


def _decoding_notes(source: DataSource, usable: _Usable) -> list[str]:
    notes = []
    if source.image_size is None:
        notes.append(f"image size: {usable.squares.pixels.shape[1]} px, the images' own")
    notes += fit_notes([each.size for each in usable.decoded], source.fit)
    return notes + remark_notes((each.remarks for each in usable.decoded), background=source.background)


def _two_classes(usable: _Usable, plan: Assignment) -> list[str]:
    used = [position for positions in plan.positions.values() for position in positions]
    labels: list[Hashable] = [image.label for image in usable.images]
    if usable.label_sets is not None:
        labels = [*labels_of(usable.label_sets)]
    return under_two_classes(
        [usable.decoded[i].pixels_hash for i in used],
        labels=[labels[i] for i in used],
        ids=[usable.images[i].id for i in used],
    )
