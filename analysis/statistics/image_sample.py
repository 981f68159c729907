"""Test images as a sample: their groups, their strata, and the mean over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True, kw_only=True, eq=False)
class ImageSample:
    """A sample of images from which an objective is estimated.

    Attributes:
        groups: Shape (I,): number of each image's group, 0 ... num_groups - 1. Images of a group (a patient, say)
            are not independent of one another; an image that stands alone is a group of its own.
        strata: Shape (I,): number of the class within which each image is averaged, before the mean of all classes
            is taken; all 0 where every image counts the same.
    """

    groups: npt.NDArray[np.int64]
    strata: npt.NDArray[np.int64]

    @classmethod
    def alone(cls, num_images: int) -> "ImageSample":
        """Return images that are independent and count alike."""
        return cls(groups=np.arange(num_images), strata=np.zeros(num_images, dtype=np.int64))

    @classmethod
    def of(cls, *, groups: Sequence[Any], labels: np.ndarray, balanced: bool) -> "ImageSample":
        """Return the sample of recorded images.

        Args:
            groups: Name of each image's group; None or NaN for an image that stands alone.
            labels: Class index of each image.
            balanced: Whether the mean is that of the classes' means.
        """
        numbers: dict[object, int] = {}
        alone = pd.isna(np.array(groups, dtype=object))
        keys = [(index,) if alone[index] else name for index, name in enumerate(groups)]
        coded = [numbers.setdefault(key, len(numbers)) for key in keys]
        strata = np.unique(labels, return_inverse=True)[1] if balanced else np.zeros(len(labels), np.int64)
        return cls(groups=np.array(coded, dtype=np.int64), strata=strata.astype(np.int64))

    @property
    def num_groups(self) -> int:
        """Number of groups."""
        return int(self.groups.max(initial=-1)) + 1

    def means(self, table: np.ndarray) -> np.ndarray:
        """Return the mean of each row of a table, shape (S, I)."""
        means: np.ndarray = (self._sums(table) / self._stratum_sizes).mean(axis=1)
        return means

    def residual_totals(self, table: np.ndarray) -> np.ndarray:
        """Return what each group adds to the error of each row's mean, shape (S, num_groups).

        The sum of squares over the groups estimates the variance of the mean without bias where images are
        independent: the residuals of a group that makes up the share h of a class are divided by the root of 1 - h,
        as the class's mean leans towards it. Of a group that is all of its class no residual is left: it adds its own
        mean, as if the class's were 0, no difference; without it such a class would seem to be known exactly.

        Source: Bell & McCaffrey (2002), the correction known as CR2, for the means of classes.
        """
        cells = self._cells
        totals = self._cell_totals(table)
        means = self._sums(table) / self._stratum_sizes
        residuals = totals - np.where(cells.whole, 0.0, cells.sizes * means[:, cells.strata])
        scaled = residuals / (np.sqrt(cells.open_shares) * self._stratum_sizes[cells.strata])
        into = np.zeros((len(table), self.num_groups))
        np.add.at(into.T, cells.groups, scaled.T)
        return into / len(self._stratum_sizes)

    @cached_property
    def df(self) -> float:
        """Degrees of freedom of the sum of squares of `residual_totals`, at most num_groups - 1.

        Satterthwaite's, for groups whose images agree: each group's variance is then the square of its share in the
        mean, so few large groups, or few images of a class that counts as much as the others, leave few degrees of
        freedom.
        """
        cells = self._cells
        share = cells.sizes / (len(self._stratum_sizes) * self._stratum_sizes[cells.strata])
        variance = np.bincount(cells.groups, weights=share, minlength=self.num_groups) ** 2
        leverage = np.bincount(
            cells.groups,
            weights=np.where(cells.whole, 0.0, share * cells.sizes / self._stratum_sizes[cells.strata]),
            minlength=self.num_groups,
        ) / np.sqrt(variance)
        effective = variance.sum() ** 2 / (variance**2).sum()
        open_share = 1 - (variance * leverage).sum() / variance.sum()
        return max(1.0, float(effective * open_share))

    @cached_property
    def _stratum_sizes(self) -> np.ndarray:
        return np.bincount(self.strata)

    @cached_property
    def _cells(self) -> "_Cells":
        pairs, index, sizes = np.unique(
            np.stack([self.groups, self.strata]), axis=1, return_inverse=True, return_counts=True
        )
        shares = sizes / self._stratum_sizes[pairs[1]]
        whole = shares == 1
        return _Cells(
            index=index.ravel(),
            groups=pairs[0],
            strata=pairs[1],
            sizes=sizes,
            whole=whole,
            open_shares=np.where(whole, 1.0, 1 - shares),
        )

    def _cell_totals(self, table: np.ndarray) -> np.ndarray:
        order = np.argsort(self._cells.index, kind="stable")
        starts = np.cumsum(self._cells.sizes) - self._cells.sizes
        totals: np.ndarray = np.add.reduceat(table[:, order], starts, axis=1)
        return totals

    def _sums(self, table: np.ndarray) -> np.ndarray:
        return np.stack(
            [table[:, self.strata == number].sum(axis=1) for number in range(len(self._stratum_sizes))],
            axis=1,
        )


def count_groups(predictions: pd.DataFrame) -> int:
    """Return the number of groups of the recorded test images, those that stand alone included; 0 if all do."""
    groups = predictions.drop_duplicates("image")["group"]
    named = groups.dropna()
    return int(named.nunique() + len(groups) - len(named)) if len(named) else 0


@dataclass(frozen=True, kw_only=True, eq=False)
class _Cells:
    """The images of each group and class: where each image belongs, of each cell its place, its size, and its share."""

    index: np.ndarray
    groups: np.ndarray
    strata: np.ndarray
    sizes: np.ndarray
    whole: np.ndarray
    open_shares: np.ndarray
