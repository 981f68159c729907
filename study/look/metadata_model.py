"""Models that see no picture: how well a file's size, shape, compression, camera, date or border tell the class.

A class that is told by how its images were made or saved may be learnt by that. What a picture shows changes its border
and how well it compresses, too, so these two count as a leak only where they tell much more.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from study.look.measured_image import MeasuredImage

CONFIDENCE = 0.99
"""Of each interval: up to six are looked at."""
MOST_IMAGES = 2_000
"""Images that the models are made of; of more as many are drawn."""
LEAST_OF_CLASS = 6
"""Images below which a class is left out."""
PRACTICAL = 0.05
"""Share of the way from chance to perfect that a leak has to go at least."""
PRACTICAL_OF_CONTENT = 0.5
"""The same where what is shown has a part in it."""
_NUM_FOLDS, _NUM_TREES, _NUM_CAMERAS, _NUM_RESAMPLES = 5, 30, 8, 1_000
_SEED = 0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class MetadataScore:
    """How well one kind of metadata tells the class, by cross-validation.

    Attributes:
        name: The kind of metadata.
        of_content: Whether what is shown has a part in it.
        accuracy: Balanced accuracy, in [0, 1].
        low: Lower end of its interval.
        high: Upper end.
        chance: What guessing comes to: one over the number of classes.
        num_images: Images that were predicted.
    """

    name: str
    of_content: bool
    accuracy: float
    low: float
    high: float
    chance: float
    num_images: int

    @property
    def beats_chance(self) -> bool:
        """Whether the interval lies above chance."""
        return self.low > self.chance

    @property
    def leaks(self) -> bool:
        """Whether it tells so much that a network may learn it instead of what is shown."""
        least = PRACTICAL_OF_CONTENT if self.of_content else PRACTICAL
        return self.low > self.chance + least * (1 - self.chance)


@dataclass(frozen=True, kw_only=True)
class LabelledImages:
    """Images with what a model is made and judged with; all in one order.

    Attributes:
        images: Measured images.
        labels: Class indices.
        splits: The split that each was given; None where splits are cut by lrstudy.
        units: Images with the same number stand together, as those of one patient or of one picture.
    """

    images: Sequence[MeasuredImage]
    labels: Sequence[int]
    splits: Sequence[str] | None
    units: Sequence[int]


def metadata_scores(labelled: LabelledImages) -> tuple[MetadataScore, ...]:
    """Return the score of every kind of metadata that varies, the highest first; none with one class only.

    Where splits were given each is predicted from the others, else in five folds that keep units together.
    """
    rows = _drawn(labelled)
    labels = np.array(labelled.labels)[rows]
    units = np.array(labelled.units)[rows]
    splits = None if labelled.splits is None else np.array(labelled.splits)[rows]
    folds = _folds(labels, units, splits)
    if not folds or len(set(labels.tolist())) < 2:
        return ()
    images = [labelled.images[row] for row in rows]
    found = []
    for name, (of_content, values) in _kinds(images).items():
        if (values == values[:1]).all():
            continue
        right = _predicted_right(values, labels, folds)
        accuracy, low, high = _balanced_accuracy(right, labels, units)
        found.append(
            MetadataScore(
                name=name,
                of_content=of_content,
                accuracy=accuracy,
                low=low,
                high=high,
                chance=1 / len(set(labels.tolist())),
                num_images=len(labels),
            )
        )
    return tuple(sorted(found, key=lambda score: -score.accuracy))


def _drawn(labelled: LabelledImages) -> list[int]:
    counts = Counter(labelled.labels)
    rows = [row for row, label in enumerate(labelled.labels) if counts[label] >= LEAST_OF_CLASS]
    if len(rows) <= MOST_IMAGES:
        return rows
    drawn = np.random.default_rng(_SEED).choice(rows, MOST_IMAGES, replace=False)
    drawn_counts = Counter(labelled.labels[row] for row in drawn)
    return sorted(int(row) for row in drawn if drawn_counts[labelled.labels[row]] >= LEAST_OF_CLASS)


def _kinds(images: Sequence[MeasuredImage]) -> dict[str, tuple[bool, Floats]]:
    """Return of every kind of metadata whether content has a part in it, and its columns, shape (n, c)."""
    shape = [(each.width, each.height, each.width / each.height) for each in images]
    quality = [[_number(each.marks.jpeg_quality)] for each in images]
    kinds = _indicators([f"{each.marks.type} {each.marks.mode}" for each in images])
    return {
        "width, height and shape": (False, np.array(shape, dtype=np.float64)),
        "file type and compression": (False, np.concatenate([kinds, quality], axis=1)),
        "camera": (False, _indicators([each.marks.camera or "" for each in images])),
        "date": (False, np.array([[_day(each.marks.taken)] for each in images])),
        "file size": (True, np.array([[_number(each.marks.num_bytes)] for each in images])),
        "border colours": (True, np.array([each.border for each in images])),
    }


def _number(value: int | None) -> float:
    return -1.0 if value is None else float(value)


def _day(taken: str | None) -> float:
    """Return the days of a date as cameras write it, `2026:11:29 12:00:00`; -1 where there is none."""
    digits = "".join(c for c in taken or "" if c.isdecimal())
    if len(digits) < 8:
        return -1.0
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    return float(year * 372 + month * 31 + day)


def _indicators(names: list[str]) -> Floats:
    """Return a column for each of the most frequent names."""
    frequent = [name for name, _ in Counter(names).most_common(_NUM_CAMERAS)]
    return np.array([[name == each for each in frequent] for name in names], dtype=np.float64)


Fold = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


def _folds(
    labels: npt.NDArray[np.int64], units: npt.NDArray[np.int64], splits: npt.NDArray[np.str_] | None
) -> list[Fold]:
    from sklearn.model_selection import StratifiedGroupKFold

    rows = np.arange(len(labels))
    if splits is not None and len(set(splits.tolist())) > 1:
        return [(rows[splits != split], rows[splits == split]) for split in sorted(set(splits.tolist()))]
    if (
        len(set(units.tolist())) < _NUM_FOLDS
        or min(Counter(labels.tolist()).values(), default=0) < _NUM_FOLDS
    ):
        return []
    folds = StratifiedGroupKFold(_NUM_FOLDS, shuffle=True, random_state=0)
    return list(folds.split(rows, labels, units))


def _predicted_right(
    values: Floats, labels: npt.NDArray[np.int64], folds: list[Fold]
) -> npt.NDArray[np.bool_]:
    from sklearn.ensemble import ExtraTreesClassifier

    right = np.zeros(len(labels), dtype=bool)
    for known, asked in folds:
        if len(set(labels[known].tolist())) < 2:
            continue
        trees = ExtraTreesClassifier(
            _NUM_TREES, min_samples_leaf=3, class_weight="balanced", random_state=0, n_jobs=1
        )
        right[asked] = trees.fit(values[known], labels[known]).predict(values[asked]) == labels[asked]
    return right


def _balanced_accuracy(
    right: npt.NDArray[np.bool_], labels: npt.NDArray[np.int64], units: npt.NDArray[np.int64]
) -> tuple[float, float, float]:
    """Return balanced accuracy and its interval: whole units are drawn again (Poisson bootstrap)."""
    classes = sorted(set(labels.tolist()))
    member = np.array([labels == each for each in classes], dtype=np.float64)
    _, unit = np.unique(units, return_inverse=True)
    draws = np.random.default_rng(_SEED).poisson(1, (_NUM_RESAMPLES, int(unit.max()) + 1))
    weights = np.concatenate([np.ones((1, len(labels))), draws[:, unit]])
    of_class = weights @ member.T
    hits = (weights * right) @ member.T
    with_images = of_class > 0
    recalls = np.divide(hits, of_class, out=np.zeros_like(hits), where=with_images)
    means = recalls.sum(axis=1) / np.maximum(1, with_images.sum(axis=1))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means[1:], (tail, 1 - tail)).tolist()
    return float(means[0]), low, high
