"""An objective by its name: what a study optimises, how it is measured, and what each image adds to it."""

from dataclasses import dataclass

import numpy as np

from trainables.objectives import sensitivity
from trainables.objectives.images import Floats, Scored
from trainables.objectives.measure import Measure
from trainables.objectives.registry import AT_SPECIFICITY, COUNTED, MEASURES, OBJECTIVE_FORMS


@dataclass(frozen=True, kw_only=True)
class Objective:
    """An objective.

    Attributes:
        name: As a study file names it.
        measure: What it is the macro mean of; None for accuracy, balanced accuracy, and a sensitivity.
        specificity: Of a sensitivity, the least specificity on the validation split, in (0, 1); else None.
    """

    name: str
    measure: Measure | None = None
    specificity: float | None = None

    @property
    def is_counted(self) -> bool:
        """Whether it is a mean of right and wrong answers: accuracy or balanced accuracy."""
        return self.measure is None and self.specificity is None

    @property
    def needs_scores(self) -> bool:
        """Whether what is predicted does not give it: the scores of all classes are then kept with the predictions."""
        return not self.is_counted

    @property
    def tasks(self) -> tuple[str, ...]:
        """The kinds of task that it is for."""
        return ("single_label",) if self.measure is None else self.measure.tasks

    @property
    def words(self) -> str:
        """What a report calls it."""
        if self.specificity is not None:
            return f"sensitivity at a specificity of {self.specificity:g}"
        return COUNTED[self.name] if self.measure is None else self.measure.words

    @property
    def lacking(self) -> str:
        """What stands in the way where a split has no value."""
        if self.measure is not None:
            return f"no class has {self.measure.needs}"
        return "all images, or none, are of the positive class"

    def value(self, scored: Scored, *, positive: int = -1, threshold: float | None = None) -> float | None:
        """Return it on a split; None where no class, or not the positive one, has what it needs.

        Args:
            scored: The images.
            positive: Index of the positive class of a sensitivity; -1 is the last.
            threshold: Of a sensitivity, chosen on the validation split.
        """
        if self.measure is not None:
            return self.measure.mean(scored)
        assert self.specificity is not None, "accuracies are counted from predictions"
        one = scored.one(positive)
        if threshold is None or not one.truth.any():
            return None
        return sensitivity.sensitivity(one, threshold=threshold)

    def threshold(self, scored: Scored, *, positive: int = -1) -> float | None:
        """Return the threshold that a sensitivity is taken at, chosen on these images; None for another objective."""
        if self.specificity is None or scored.one(positive).truth.all():
            return None
        return sensitivity.threshold_at(scored.one(positive), specificity=self.specificity)

    def influence(self, scored: Scored, *, positive: int = -1, threshold: float | None = None) -> Floats:
        """Return how `value` answers to the weight of each image, (N,): its derivative at equal weights, in sum 0."""
        if self.measure is not None:
            return self.measure.mean_influence(scored)
        assert threshold is not None, "only a sensitivity is left, and that has a threshold"
        return sensitivity.influence(scored.one(positive), threshold=threshold)

    def chance(self, shares: Floats, *, one_class: bool) -> float:
        """Return what guessing scores.

        Args:
            shares: Share of the images that each class or label has, (K,).
            one_class: Whether every image has one class.
        """
        if self.measure is not None:
            return self.measure.chance(shares, one_class)
        if self.specificity is not None:
            return 1 - self.specificity
        return 1 / len(shares) if self.name == "balanced_accuracy" else float(np.max(shares))


def objective_of(name: str) -> Objective:
    """Return the objective of a name.

    Raises:
        ValueError: If there is none; the message says which there are.
    """
    if name in COUNTED:
        return Objective(name=name)
    if name in MEASURES:
        return Objective(name=name, measure=MEASURES[name])
    beginning, at, level = name.partition(AT_SPECIFICITY)
    if at and not beginning and (specificity := _level(level)) is not None:
        return Objective(name=name, specificity=specificity)
    raise ValueError(f"{name!r} is not one of {', '.join(OBJECTIVE_FORMS)}")


def _level(text: str) -> float | None:
    try:
        level = float(text)
    except ValueError:
        return None
    return level if 0 < level < 1 else None
