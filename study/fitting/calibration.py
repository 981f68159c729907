"""Calibration by validation images, which networks were not trained on: a temperature, and a threshold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from study.errors import StudyError
from study.fitting.operating_point import Rates, Wanted, choose_threshold, rates_at
from study.fitting.temperature import fit_temperature, log_loss, tempered
from trainables.data import Split


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A temperature, and a threshold where one was wanted, chosen on validation images.

    Attributes:
        temperature: See `fit_temperature`.
        num_images: They were chosen on so many.
        loss_before: Log loss on those images without the temperature, in nats.
        loss_after: With it.
        wanted: The rate that the threshold is to reach; None without one.
        threshold: On the probability of the wanted class.
        reached: What it does on those images.
    """

    temperature: float
    num_images: int
    loss_before: float
    loss_after: float
    wanted: Wanted | None = None
    threshold: float | None = None
    reached: Rates | None = None

    def answered(self, probabilities: np.ndarray, classes: tuple[str, ...]) -> np.ndarray:
        """Return the class that a served model answers, (N,): by the threshold where there is one, else the likeliest.

        Args:
            probabilities: With the temperature, (N, K).
            classes: Names, in the order of the columns.
        """
        if self.wanted is None or self.threshold is None:
            likeliest: np.ndarray = probabilities.argmax(1)
            return likeliest
        index = classes.index(self.wanted.positive)
        return np.where(probabilities[:, index] >= self.threshold, index, 1 - index)


def check_wanted(
    wanted: Wanted | None, classes: tuple[str, ...], counts: Mapping[str, Sequence[int]]
) -> None:
    """Refuse an operating point that the classes don't have.

    Args:
        wanted: The operating point.
        classes: Names.
        counts: Images of each class, by split.

    Raises:
        StudyError: If there are not two classes, none has the name, or one has no image to choose or to measure by.
    """
    if wanted is None:
        return
    if len(classes) != 2:
        raise StudyError(f"--positive: there are {len(classes)} classes; a threshold is between two")
    if wanted.positive not in classes:
        raise StudyError(f"--positive {wanted.positive}: one of {', '.join(classes)} is allowed")
    for split in ("val", "test"):
        for name, count in zip(classes, counts[split], strict=True):
            if not count:
                raise StudyError(
                    f"--positive {wanted.positive}: the {split} split has no image of {name}; a threshold needs both"
                )


def calibrate(
    probabilities: np.ndarray, val: Split, *, wanted: Wanted | None, classes: tuple[str, ...]
) -> Calibration:
    """Return what the validation images say.

    Args:
        probabilities: What networks that were not trained on them say, (N, K).
        val: The images.
        wanted: See `Calibration`.
        classes: Names, in the order of the columns.
    """
    labels = np.asarray(val.labels)
    temperature = fit_temperature(probabilities, labels)
    after = tempered(probabilities, temperature)
    calibration = Calibration(
        temperature=temperature,
        num_images=len(labels),
        loss_before=log_loss(probabilities, labels),
        loss_after=log_loss(after, labels),
    )
    if wanted is None:
        return calibration
    index = classes.index(wanted.positive)
    positive = labels == index
    scores = after[:, index].astype(np.float32)  # as a network serves them
    threshold = choose_threshold(scores, positive, kind=wanted.kind, value=wanted.value)
    return Calibration(
        **vars(calibration)
        | {
            "wanted": wanted,
            "threshold": threshold,
            "reached": rates_at(threshold, scores, positive),
        }
    )
