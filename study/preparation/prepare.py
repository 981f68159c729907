"""Checks before Ray starts, and what they fix: data, objective, networks, arms."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from study.errors import StudyError
from study.preparation.blank_networks import blank_network
from study.preparation.choosing_objective import (
    choose_objective,
    few_images_notes,
    positive_notes,
    task_problems,
    unmeasurable,
    with_loss_of_task,
)
from study.preparation.named_execution import layout_problems
from study.preparation.normalisations import normalisation_of
from study.preparation.splits import confirmed_splits
from study.ranges import boundary_values
from study.spec.arms import Arm, build_arms
from study.spec.checks.arm_plans import groupings, image_sides
from study.spec.study_file import StudySpec
from trainables.data import DataError, PreparedData, cache_dir, prepare


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A study that is ready to start.

    Attributes:
        spec: The study file, with nothing left to "auto" that the data decide.
        target: The images in question.
        source: The images for source weights; None where there are none.
        splits: The target on every split of the confirmation, itself the first.
        arms: The arms, in the file's order.
        architectures: The networks that any arm may take.
        cache: The machine's cache folder.
        notes: What the user should know before the study starts.
    """

    spec: StudySpec
    target: PreparedData
    source: PreparedData | None
    splits: tuple[PreparedData, ...]
    arms: tuple[Arm, ...]
    architectures: tuple[str, ...]
    cache: Path
    notes: tuple[str, ...]


def prepare_study(spec: StudySpec) -> Prepared:
    """Prepare the data and check what depends on them.

    Raises:
        StudyError: Naming everything that is wrong with data and networks.
    """
    from trainables.networks.architectures import check_architecture

    cache = cache_dir()
    try:
        source = prepare(spec.data.source) if spec.data.source else None
        target = prepare(spec.data.target, against=source)
    except DataError as error:
        raise StudyError(str(error)) from error
    spec, loss_notes = with_loss_of_task(spec, target)
    arms = build_arms(spec)
    architectures = architectures_of(arms)
    problems = [] if source is None else _source_problems(source, target)
    problems += task_problems(spec, target)
    for architecture in architectures:
        try:
            for data in (target, source):
                if data is not None:
                    check_architecture(architecture, image_size=data.image_size)
            _check_weights(architecture, spec, target)
            normalisation_of(architecture, spec, target=target, source=source, weights=spec.model.weights)
        except ValueError as error:
            problems.append(f"model: {error}")
            continue
        problems += _training_problems(architecture, spec, target)
    if problems:
        raise StudyError("\n".join(problems))
    objective, why = choose_objective(spec.compare.objective, target)
    if problem := unmeasurable(objective, spec.compare.positive, target):
        raise StudyError(problem)
    notes = (
        *target.notes,
        *([why] if why else []),
        *loss_notes,
        *positive_notes(objective, spec.compare.positive, target),
        *few_images_notes(target, objective),
    )
    compare = spec.compare.model_copy(update={"objective": objective})
    return Prepared(
        spec=spec.model_copy(update={"compare": compare}),
        target=target,
        source=source,
        splits=confirmed_splits(spec, target, source=source, cache=cache),
        arms=arms,
        architectures=architectures,
        cache=cache,
        notes=notes,
    )


def architectures_of(arms: tuple[Arm, ...]) -> tuple[str, ...]:
    """Return the architectures that any of the arms may take, in order."""
    found: dict[str, None] = {}
    for arm in arms:
        choices: Any = boundary_values(arm.space["architecture"]) if "architecture" in arm.space else None
        found |= dict.fromkeys(choices or [arm.constants["architecture"]])
    return tuple(found)


def _check_weights(architecture: str, spec: StudySpec, target: PreparedData) -> None:
    """Load the weights once, so that a failed download or a foreign file is told before Ray starts."""
    weights = spec.model.weights
    if weights in ("none", "source"):
        return
    from trainables.networks.network import build_network
    from trainables.networks.weights import load_weights

    network = build_network(
        architecture,
        num_classes=len(target.classes),
        image_size=target.image_size,
        channels=target.channels,
        width=spec.model.width,
        generator_seed=0,
    )
    load_weights(network, weights, architecture=architecture)


def _training_problems(architecture: str, spec: StudySpec, target: PreparedData) -> Iterator[str]:
    """Yield what of the plans a network does not take: depth groups, a start of its blocks, smaller images."""
    from trainables.networks.architectures import check_side
    from trainables.networks.depth_groups import depth_groups

    for grouping, arm in groupings(spec).items():
        try:
            depth_groups(blank_network(architecture, spec, target), grouping)
        except ValueError as error:
            yield f"arms.{arm}: architecture is {architecture!r}: {error}"
    yield from layout_problems(architecture, spec, target)
    if True in boundary_values(spec.training.values["zero_gamma"]):
        try:
            blank_network(architecture, spec, target, zero_gamma=True)
        except ValueError as error:
            yield f"training.zero_gamma: {error}"
    for side, arm in image_sides(spec, image_size=target.image_size).items():
        try:
            check_side(architecture, image_size=target.image_size, side=side)
        except ValueError as error:
            yield f"arms.{arm}: image_scale makes images of {target.image_size} px {side} px wide: {error}"


def _source_problems(source: PreparedData, target: PreparedData) -> list[str]:
    if source.task != target.task:
        return [
            "data: images of the source and of the target must both have one class each, or both label sets"
        ]
    if source.channels != target.channels:
        return [
            f"data: the source has {source.channels} channel(s) and the target {target.channels}; set "
            "channels: grey or channels: rgb in both"
        ]
    return []
