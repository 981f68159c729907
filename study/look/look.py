"""Findings of a look at a data set, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass

from study.look.metadata_model import MetadataScore
from trainables.data.sources.pool import SPLITS


@dataclass(frozen=True, kw_only=True)
class SeenImage:
    """One image that is shown: its id, its split and its class."""

    id: str
    split: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two images that show the same.

    Attributes:
        first: One that shows no more than the other.
        second: The other.
        equal: Whether all their pixels are equal.
        agreement: Correlation of the two, 1 for equal ones.
        how: What was done to the one, as "mirrored, 81 % of the area"; "" for nothing that shows.
    """

    first: SeenImage
    second: SeenImage
    equal: bool
    agreement: float
    how: str

    @property
    def across(self) -> bool:
        """Whether the two lie in different splits."""
        return self.first.split != self.second.split

    @property
    def conflicting(self) -> bool:
        """Whether the two have different classes."""
        return self.first.label != self.second.label


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """An image that cannot be decoded, and why."""

    id: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Least, middle and greatest of a number over the set."""

    least: float
    middle: float
    most: float


@dataclass(frozen=True, kw_only=True)
class Look:
    """A look at a data set.

    Attributes:
        classes: Names, in the order of their indices.
        multi_label: Whether an image may have several labels, or none.
        counts: Images of every class, by split.
        splits_given: Whether the data came with splits; else lrstudy cuts them.
        num_images: Images that were measured.
        image_size: Side that the study shrinks them to; None for their own.
        widths: In pixels.
        heights: In pixels.
        elongations: Longer side over the shorter.
        types: Files by type.
        unreadable: What cannot be decoded.
        pairs: Pictures that occur twice, equal ones first, then the surest.
        unusual: Images that are `blank`, `dark`, `bright`, `blurred` or `small`, by that word.
        metadata: What metadata alone tell.
        near_searched: Whether near duplicates were looked for; else there were too many images.
        crops_searched: Whether crops were among them.
        refused: What a study would refuse beside that.
        seconds: What the look took when it was taken.
    """

    classes: tuple[str, ...]
    multi_label: bool
    counts: Mapping[str, tuple[int, ...]]
    splits_given: bool
    num_images: int
    image_size: int | None
    widths: Spread
    heights: Spread
    elongations: Spread
    types: Mapping[str, int]
    unreadable: tuple[Unreadable, ...]
    pairs: tuple[Pair, ...]
    unusual: Mapping[str, tuple[SeenImage, ...]]
    metadata: tuple[MetadataScore, ...]
    near_searched: bool
    crops_searched: bool
    refused: tuple[str, ...] = ()
    seconds: float

    @property
    def missing(self) -> dict[str, tuple[str, ...]]:
        """The classes that a split lacks, by split; splits without any image are not asked for."""
        return {
            split: names
            for split in SPLITS
            if any(self.counts[split])
            and (
                names := tuple(
                    name for name, count in zip(self.classes, self.counts[split], strict=True) if not count
                )
            )
        }
