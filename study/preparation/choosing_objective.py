"""The objective of a study, and what the kind of its task asks for: checks and choices that need the data."""

from collections.abc import Iterator

from study.ranges import boundary_values
from study.spec.study_file import StudySpec
from trainables.data import PreparedData
from trainables.data.sources.pool import TEST, VAL
from trainables.objectives import MEASURES, objective_of

IMBALANCE = 1.5
"""Largest class over smallest, above which the objective is balanced accuracy unless it is set."""

OF_LABEL_SETS = "mean_average_precision"
"""The objective where images have several labels each, unless it is set."""

FEW_IMAGES = 20
"""Validation images of a class below which its recall moves by over 5 % with one image."""


def choose_objective(wanted: str, target: PreparedData) -> tuple[str, str]:
    """Return the objective, and a sentence where the data chose it."""
    if wanted != "auto":
        return wanted, ""
    if target.task == "multi_label":
        return (
            OF_LABEL_SETS,
            "objective: mean average precision, because images have several labels each",
        )
    for split, counts in target.counts.items():
        if max(counts) > IMBALANCE * min(counts):
            return (
                "balanced_accuracy",
                f"objective: balanced accuracy, because the largest class has {max(counts)} {split} images and "
                f"the smallest {min(counts)}",
            )
    return "accuracy", ""


def few_images_notes(target: PreparedData, objective: str) -> tuple[str, ...]:
    """Return a sentence where classes have too few validation images for an objective that is a mean over classes."""
    few = [
        f"{name} ({count})"
        for name, count in zip(target.classes, target.counts["val"], strict=True)
        if count < FEW_IMAGES
    ]
    if objective == "accuracy" or not few:
        return ()
    if objective == "balanced_accuracy":
        moved = f"under {FEW_IMAGES} in a class, one image moves its recall by over 5 %"
    else:
        moved = f"under {FEW_IMAGES} in a class, one image moves what is measured of it by several %"
    return (f"few validation images: {', '.join(few)}; {moved}",)


def positive_class(spec: StudySpec, target: PreparedData) -> dict[str, int]:
    """Return the key and value of a run's configuration that says whose sensitivity is the objective."""
    if objective_of(spec.compare.objective).specificity is None:
        return {}
    return {"positive": _place(spec.compare.positive, target)}


def positive_notes(objective: str, positive: str | int | None, target: PreparedData) -> tuple[str, ...]:
    """Return a sentence that says which class counts as positive."""
    if objective_of(objective).specificity is None:
        return ()
    name, why = target.classes[_place(positive, target)], "" if positive is not None else ", as the last one"
    return (
        f"objective: {objective_of(objective).words} of {name!r}{why} (compare.positive names another); the threshold "
        "is chosen on validation",
    )


def unmeasurable(objective: str, positive: str | int | None, target: PreparedData) -> str:
    """Return why the objective cannot be taken of this data set; empty where it can."""
    chosen = objective_of(objective)
    if target.task not in chosen.tasks:
        return (
            f"compare.objective: {objective} is not allowed, as images have several labels each; allowed: "
            f"{', '.join(MEASURES)}"
        )
    if chosen.specificity is None:
        if positive is not None:
            return f"compare.positive: {positive!r} is not allowed with {objective}, which is of all classes"
        return _without_any_class(objective, target)
    if positive is None and len(target.classes) > 2:
        return (
            f"compare.positive: missing: of {len(target.classes)} classes it must be named whose {chosen.words} is "
            "meant"
        )
    if positive is not None and str(positive) not in target.classes:
        return f"compare.positive: {positive!r} is no class; allowed: {', '.join(target.classes)}"
    place = _place(positive, target)
    for split in (VAL, TEST):
        if not 0 < target.counts[split][place] < target.num_images[split]:
            return (
                f"compare.objective: {objective} needs {split} images of {target.classes[place]!r} and of other "
                f"classes; there are {target.counts[split][place]} of {target.num_images[split]}"
            )
    return ""


def _without_any_class(objective: str, target: PreparedData) -> str:
    if objective_of(objective).measure is None:
        return ""
    for split in (VAL, TEST):
        if not any(0 < count < target.num_images[split] for count in target.counts[split]):
            return (
                f"compare.objective: {objective} needs a class that some {split} images have and others have not; "
                "there is none"
            )
    return ""


def _place(positive: str | int | None, target: PreparedData) -> int:
    """Return the index of the positive class: of the named one, or the last."""
    return len(target.classes) - 1 if positive is None else target.classes.index(str(positive))


def with_loss_of_task(spec: StudySpec, target: PreparedData) -> tuple[StudySpec, tuple[str, ...]]:
    """Return the study with the loss that images with several labels need, where it names none; and what to say."""
    if target.task == "single_label" or "loss" in spec.training.model_fields_set:
        return spec, ()
    training = spec.training.model_copy(update={"loss": "bce"})
    return spec.model_copy(update={"training": training}), (
        "loss: bce, binary cross-entropy of each label, because images have several labels each",
    )


def task_problems(spec: StudySpec, target: PreparedData) -> Iterator[str]:
    """Yield what of the training images with several labels do not have."""
    if target.task == "single_label":
        return
    places = {"training": spec.training.values} | {
        f"arms.{name}": arm.values for name, arm in spec.arms.items()
    }
    for place, values in places.items():
        for key, allowed in (("loss", "bce"), ("sampling", "shuffle")):
            if key in values and set(boundary_values(values[key])) != {allowed}:
                yield f"{place}.{key}: {allowed} alone is allowed, as images have several labels each"
