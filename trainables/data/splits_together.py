"""Images of several splits of a prepared data set as one row, for another data set of the same squares."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trainables.data.decoding.decode import Squares
from trainables.data.duplicates import Fingerprints
from trainables.data.label_sets import labels_of
from trainables.data.prepared import PreparedData, Split, read_fingerprints
from trainables.data.sources.pool import LabelSets


@dataclass(frozen=True, kw_only=True)
class SplitsTogether:
    """The images of several splits, one split after the other."""

    splits: tuple[Split, ...]
    prints: tuple[Fingerprints, ...]

    @classmethod
    def of(cls, data: PreparedData, names: Sequence[str]) -> "SplitsTogether":
        """Return the images of the named splits, in that order."""
        return cls(
            splits=tuple(data.split(name) for name in names),
            prints=tuple(read_fingerprints(data, name) for name in names),
        )

    @cached_property
    def labels(self) -> npt.NDArray[np.int64] | LabelSets:
        """Class of every image, (N,), or its labels, (N, L)."""
        found: npt.NDArray[np.int64] | LabelSets = np.concatenate([split.labels for split in self.splits])
        return found

    @cached_property
    def classes_of(self) -> list[tuple[int, ...]]:
        """Classes of every image: one; or its labels, -1 where it has none."""
        labels = self.labels
        return labels_of(labels) if labels.ndim == 2 else [(int(label),) for label in labels]

    @property
    def ids(self) -> list[str]:
        """Name of every image."""
        return [image for split in self.splits for image in split.ids]

    @property
    def groups(self) -> list[str | None]:
        """Group of every image."""
        return [group for split in self.splits for group in split.groups]

    def fingerprints(self, positions: Sequence[int]) -> Fingerprints:
        """Return what duplicates of the images at these places are found by."""
        hashes = [pixels for prints in self.prints for pixels in prints.hashes]
        thumbnails = np.concatenate([prints.thumbnails for prints in self.prints])
        ids = self.ids
        return Fingerprints(
            ids=tuple(ids[position] for position in positions),
            hashes=tuple(hashes[position] for position in positions),
            thumbnails=thumbnails[list(positions)],
        )


def staged_squares(images: SplitsTogether, folder: Path) -> Squares:
    """Return the squares of all images in one array, mapped from a file of the folder that goes with it."""
    first = images.splits[0].images
    total = sum(len(split.images) for split in images.splits)
    staged = folder / "together.npy"
    pixels = np.lib.format.open_memmap(staged, mode="w+", dtype=np.uint8, shape=(total, *first.shape[1:]))
    with staged.open("r+b") as file:  # else a disk without room for it kills the process at some later pixel
        os.posix_fallocate(file.fileno(), 0, max(1, pixels.nbytes))
    staged.unlink()
    begin = 0
    for split in images.splits:
        pixels[begin : begin + len(split.images)] = split.images
        begin += len(split.images)
    return Squares(pixels=pixels, grey=np.ones(total, dtype=bool))


def have_at(file: Path, to: Path) -> None:
    """Have a file at another place, too, without its bytes where the file system can."""
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)
