"""A prepared data set in the cache: written and read, split by split."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trainables.data.decoding.decode import Bytes, Squares, to_grey
from trainables.data.duplicates import Fingerprints
from trainables.data.sources.errors import DataError
from trainables.data.sources.pool import SPLITS, LabelSets, LabelTask
from trainables.data.sources.source import FitToSquare
from trainables.sharing.cache_folder import cache_dir
from trainables.sharing.leases import mark_used

logger = logging.getLogger(__name__)

META = "meta.json"
_KEY = re.compile(r"[0-9a-f]{32}")
_CHUNK = 1024


@dataclass(frozen=True, eq=False)
class Split:
    """One split of a prepared data set.

    Attributes:
        images: Shape (num_images, image_size, image_size, channels), mapped from the file; writing to it
            changes this process' copy only.
        labels: Class index of every image, int64 (N,); its labels where it may have several, uint8 (N, L).
        ids: Path relative to the folder, or index in the set, of every image.
        groups: What every image stands together with, so that the two are not independent: its group (patient,
            lesion), or the first of equal images; None for an image that stands alone.
    """

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64] | LabelSets
    ids: tuple[str, ...]
    groups: tuple[str | None, ...]


@dataclass(frozen=True)
class PreparedData:
    """A data set in the cache. Image files are opened only by `split`.

    Attributes:
        key: Hash of the images' content and the settings; the same on every machine.
        path: Folder in the cache.
        classes: Name of every class index, or of every label.
        task: Whether every image has one class, or any number of labels.
        image_size: Side of the stored squares, in pixels.
        channels: 1 (grey) or 3 (RGB).
        mean: Mean of each channel over the training images, in [0, 1].
        std: Standard deviation of each channel over the training images, in [0, 1]; 1 for a channel
            that never varies, so that dividing by it is safe.
        split_hashes: Hash of each split's stored images and labels.
        counts: Images of each class, or with each label, for each split.
        num_images: Images of each split: with several labels an image `counts` do not add up to them.
        fit: How images that are no squares became squares.
        window: Values that became 0 and 255 in images of more than 8 bits; None where there are none.
        notes: What was decided or noticed, in sentences for the user.
        build_seconds: What decoding and storing cost when it was done.
    """

    key: str
    path: Path
    classes: tuple[str, ...]
    image_size: int
    channels: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    split_hashes: Mapping[str, str]
    counts: Mapping[str, tuple[int, ...]]
    task: LabelTask
    num_images: Mapping[str, int]
    fit: FitToSquare
    window: tuple[float, float] | None
    notes: tuple[str, ...]
    build_seconds: float

    def split(self, name: str) -> Split:
        """Return one split, reading the files of no other.

        Raises:
            DataError: If there is no such split, or its files have gone from the cache.
        """
        if name not in SPLITS:
            raise DataError({"split": [f"{name!r}; allowed: {', '.join(SPLITS)}"]}, str(self.path))
        try:
            images = np.load(self.path / f"{name}.npy", mmap_mode="c")
            labels = np.load(self.path / f"{name}.labels.npy")
            ids = tuple(json.loads((self.path / f"{name}.ids.json").read_text(encoding="utf-8")))
            groups = tuple(json.loads((self.path / f"{name}.groups.json").read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            text = f"{error.filename} is gone: delete the folder {self.path} and prepare the data again"
            raise DataError({"cache": [text]}, str(self.path)) from error
        return Split(images=images, labels=labels, ids=ids, groups=groups)


def data_path(cache: Path, key: str) -> Path:
    """Return where the data set of that key is kept."""
    return cache / "data" / key


def is_finished(cache: Path, key: str) -> bool:
    """Say whether the data set of that key is complete; folders get their name only when they are."""
    return (data_path(cache, key) / META).is_file()


def is_whole(cache: Path, key: str) -> bool:
    """Say whether the data set of that key is complete and can be read; a full or failing disk may have cut it off."""
    if not is_finished(cache, key):
        return False
    try:
        data = open_prepared(key, cache=cache)
        for name in SPLITS:
            data.split(name)
            read_fingerprints(data, name)
    except (OSError, ValueError, EOFError, KeyError) as error:
        logger.warning("%s is damaged: %s", data_path(cache, key), error)
        return False
    return True


def open_prepared(key: str, *, cache: Path | None = None) -> PreparedData:
    """Return the prepared data set of that key.

    Raises:
        DataError: If this machine's cache has none.
    """
    cache = cache if cache is not None else cache_dir()
    if not _KEY.fullmatch(key):
        raise DataError({"key": [f"{key!r}; allowed: 32 hexadecimal digits"]}, str(cache))
    if not is_finished(cache, key):
        raise DataError(
            {"cache": [f"no data set {key} in {cache / 'data'}: prepare it on this machine"]}, str(cache)
        )
    path = data_path(cache, key)
    mark_used(path)
    meta = json.loads((path / META).read_text(encoding="utf-8"))
    counts = {split: tuple(of_each) for split, of_each in meta["counts"].items()}
    return PreparedData(
        key=key,
        path=path,
        classes=tuple(meta["classes"]),
        image_size=meta["image_size"],
        channels=meta["channels"],
        mean=tuple(meta["mean"]),
        std=tuple(meta["std"]),
        split_hashes=meta["split_hashes"],
        counts=counts,
        task=meta.get("task", "single_label"),  # data sets of before there were label sets
        num_images=meta.get("num_images", {split: sum(of_each) for split, of_each in counts.items()}),
        fit=meta.get("fit", "crop"),  # data sets of before there was a choice
        window=None if meta.get("window") is None else tuple(meta["window"]),
        notes=tuple(meta["notes"]),
        build_seconds=meta["build_seconds"],
    )


def meta_of(data: PreparedData) -> dict[str, Any]:
    """Return what meta.json holds: all but the folder."""
    meta = asdict(data)
    del meta["path"]
    return meta


def read_fingerprints(data: PreparedData, name: str) -> Fingerprints:
    """Return what duplicates of a split's images are found by."""
    hashes = json.loads((data.path / f"{name}.hashes.json").read_text(encoding="utf-8"))
    return Fingerprints(
        ids=tuple(json.loads((data.path / f"{name}.ids.json").read_text(encoding="utf-8"))),
        hashes=tuple(hashes),
        thumbnails=np.load(data.path / f"{name}.thumbnails.npy"),
    )


def write_split(
    stem: Path,
    positions: Sequence[int],
    *,
    squares: Squares,
    channels: int,
    labels: npt.NDArray[np.int64] | LabelSets,
) -> str:
    """Write images and labels of one split, and return the hash of both.

    Args:
        stem: Folder and name of the split; suffixes are added.
        positions: Places of the split's images among the squares.
        squares: All images.
        channels: 1 or 3.
        labels: See `Split.labels`.
    """
    size = squares.pixels.shape[1]
    shape = (len(positions), size, size, channels)
    out = np.lib.format.open_memmap(
        stem.with_name(f"{stem.name}.npy"), mode="w+", dtype=np.uint8, shape=shape
    )
    state = blake2b(repr(shape).encode(), digest_size=16)
    for start in range(0, len(positions), _CHUNK):
        chunk = _stored(squares, positions[start : start + _CHUNK], channels)
        out[start : start + len(chunk)] = chunk
        state.update(chunk.tobytes())
    out.flush()
    np.save(stem.with_name(f"{stem.name}.labels.npy"), labels)
    state.update(labels.tobytes())
    return state.hexdigest()


def images_of_each(labels: npt.NDArray[np.int64] | LabelSets, *, num_classes: int) -> tuple[int, ...]:
    """Return how many images have each class or label, of the labels of a split."""
    if labels.ndim == 2:
        return tuple(labels.sum(axis=0, dtype=np.int64).tolist())
    return tuple(np.bincount(labels, minlength=num_classes).tolist())


def write_fingerprints(stem: Path, prints: Fingerprints) -> None:
    """Write ids, hashes and thumbnails of one split."""
    stem.with_name(f"{stem.name}.ids.json").write_text(json.dumps(prints.ids), encoding="utf-8")
    stem.with_name(f"{stem.name}.hashes.json").write_text(json.dumps(prints.hashes), encoding="utf-8")
    np.save(stem.with_name(f"{stem.name}.thumbnails.npy"), prints.thumbnails)


def write_groups(stem: Path, groups: Sequence[str | None]) -> None:
    """Write the group of each image of one split; None for one that stands alone."""
    stem.with_name(f"{stem.name}.groups.json").write_text(json.dumps(list(groups)), encoding="utf-8")


def mean_and_std(images: Bytes) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return mean and standard deviation of each channel in [0, 1]; a constant channel's deviation is 1."""
    levels = np.zeros((images.shape[-1], 256), dtype=np.int64)
    for start in range(0, len(images), _CHUNK):
        for channel in range(images.shape[-1]):
            levels[channel] += np.bincount(
                images[start : start + _CHUNK, ..., channel].ravel(), minlength=256
            )
    shares = levels / levels.sum(axis=1, keepdims=True)
    values = np.arange(256) / 255
    mean = shares @ values
    std = np.sqrt((shares * (values - mean[:, np.newaxis]) ** 2).sum(axis=1))
    std[(levels > 0).sum(axis=1) == 1] = 1.0
    return tuple(mean.tolist()), tuple(std.tolist())


def _stored(squares: Squares, positions: Sequence[int], channels: int) -> Bytes:
    index = np.asarray(positions)
    pixels: Bytes = squares.pixels[index]
    if channels == 3:
        return pixels
    grey: Bytes = pixels[..., :1]
    coloured = np.flatnonzero(~squares.grey[index])
    if len(coloured):
        grey = grey.copy()
        grey[coloured] = to_grey(pixels[coloured])
    return grey
