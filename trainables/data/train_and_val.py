"""A prepared data set whose training images are those of training and validation together."""

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from trainables.data.prepared import (
    META,
    PreparedData,
    data_path,
    is_whole,
    mean_and_std,
    meta_of,
    open_prepared,
    write_fingerprints,
    write_groups,
    write_split,
)
from trainables.data.sources.pool import TEST, TRAIN, VAL, digest
from trainables.data.splits_together import SplitsTogether, have_at, staged_squares
from trainables.sharing.cache_folder import built_folder, cache_dir, machine_lock

VERSION = 1
"""Of how images are stored; part of every key."""


def train_and_val(data: PreparedData, *, cache: Path | None = None) -> PreparedData:
    """Return a data set that trains on validation images, too; from the cache where it is there.

    Its validation split is as it was: what is measured on it was trained on, and says nothing of other images. The test
    split is as it was, and is trained on by nobody. Nothing is decoded.

    Args:
        data: The data set as it was prepared.
        cache: Cache folder; None: `cache_dir()`.
    """
    cache = cache if cache is not None else cache_dir()
    key = digest(json.dumps(["train_and_val", VERSION, data.key]).encode())
    with machine_lock(cache, key):
        if not is_whole(cache, key):
            return _build(data, key, cache=cache)
    return open_prepared(key, cache=cache)


def _build(data: PreparedData, key: str, *, cache: Path) -> PreparedData:
    started = time.perf_counter()
    both = SplitsTogether.of(data, (TRAIN, VAL))
    with built_folder(data_path(cache, key)) as folder:
        labels = both.labels
        positions = range(len(labels))
        written = write_split(
            folder / TRAIN,
            positions,
            squares=staged_squares(both, folder),
            channels=data.channels,
            labels=labels,
        )
        write_fingerprints(folder / TRAIN, both.fingerprints(positions))
        write_groups(folder / TRAIN, both.groups)
        for name in (VAL, TEST):
            for file in data.path.glob(f"{name}.*"):
                have_at(file, folder / file.name)
        mean, std = mean_and_std(np.load(folder / f"{TRAIN}.npy", mmap_mode="r"))
        counts = tuple(sum(pair) for pair in zip(data.counts[TRAIN], data.counts[VAL], strict=True))
        together = replace(
            data,
            key=key,
            path=data_path(cache, key),
            mean=mean,
            std=std,
            split_hashes={**data.split_hashes, TRAIN: written},
            counts={**data.counts, TRAIN: counts},
            num_images={**data.num_images, TRAIN: len(labels)},
            notes=(f"training and validation images of {data.key} together",),
            build_seconds=time.perf_counter() - started,
        )
        (folder / META).write_text(json.dumps(meta_of(together), indent=1), encoding="utf-8")
    return together
