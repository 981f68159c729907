"""A pool: the images of a source, before anything is decoded."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from trainables.data.sources.errors import Problems

TRAIN, VAL, TEST = SPLITS = ("train", "val", "test")

LabelTask = Literal["single_label", "multi_label"]
"""Whether every image has one class, or any number of labels from none to all."""
LabelSets = npt.NDArray[np.uint8]
"""1 where an image (row) has a label (column), else 0; (N, L)."""


@dataclass(frozen=True, kw_only=True)
class RawImage:
    """One image that has not been decoded.

    Attributes:
        id: Path relative to the folder, or index in the set; unique in the pool.
        open: Opens the image; may raise whatever a decoder raises on broken bytes.
        content: Hash of the file, or of the pixels where there is no file.
        label: Index of the class; 0 in a pool with `label_sets`, where nobody reads it.
        split: The split that the user or the set's makers put it in; None if there are no splits yet.
        group: Images of one group stay in one split; None: the image stands alone.
    """

    id: str
    open: Callable[[], Image.Image]
    content: str
    label: int
    split: str | None = None
    group: str | None = None


@dataclass(frozen=True, kw_only=True)
class Pool:
    """All images of a source, in a fixed order, and what was noticed while listing them.

    Attributes:
        images: In a fixed order.
        classes: Name of every class, or of every label where an image may have several.
        label_sets: Labels of every image where it may have several, uint8 (N, L): row i is of `images[i]`, column l of
            `classes[l]`. None: every image has one class, its `label`.
        notes: What was decided or noticed, in sentences for the user.
        problems: What stands against the set.
    """

    images: tuple[RawImage, ...]
    classes: tuple[str, ...]
    label_sets: LabelSets | None = None
    notes: tuple[str, ...] = ()
    problems: Problems = field(default_factory=Problems)

    def __post_init__(self) -> None:
        if self.label_sets is not None:
            expected = (len(self.images), len(self.classes))
            assert self.label_sets.shape == expected, "a row an image, a column a label"
            assert self.label_sets.dtype == np.uint8
            assert self.label_sets.max(initial=0) <= 1, "0 or 1"

    @property
    def task(self) -> LabelTask:
        """Whether images have one class each, or label sets."""
        return "single_label" if self.label_sets is None else "multi_label"


def digest(*parts: bytes) -> str:
    """Return the hash that all content here is named by, as 32 hexadecimal digits."""
    state = blake2b(digest_size=16)
    for part in parts:
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.hexdigest()


def file_content(path: Path) -> str:
    """Return the hash of a file; "" for one that cannot be read, which decoding will name."""
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


EMPTY_FILE = digest(b"")


def and_more(examples: list[str], shown: int = 5) -> str:
    """Return the first `shown` examples in one line, and how many more there are."""
    rest = len(examples) - shown
    return ", ".join(examples[:shown]) + (f" and {rest} more" if rest > 0 else "")
