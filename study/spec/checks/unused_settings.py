"""Searched settings that no phase of any plan of an arm reads."""

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from study.ranges import Choice, Range, Scalar
from study.spec.checks.arm_plans import planned_boundaries
from trainables.plan.phases import AutoRate, Phase

if TYPE_CHECKING:
    from study.spec.sections import StudySpec


def unused_settings(spec: "StudySpec", name: str) -> frozenset[str]:
    """Return the searched keys of an arm, its own and those of `training`, that change none of its plans.

    A key changes a plan where two configurations that differ in it alone come to phases that differ in something
    that is read in them.
    """
    values = spec.arms[name].values | spec.training.values
    searched = {key for key, value in values.items() if isinstance(value, Range | Choice)}
    points = [
        (boundary, repr(tuple(map(_as_read, plan)))) for boundary, plan in planned_boundaries(spec, name)
    ]
    return frozenset(key for key in searched if key in points[0][0] and not _changes_a_plan(key, points))


def _changes_a_plan(key: str, points: list[tuple[dict[str, Scalar], str]]) -> bool:
    plans: defaultdict[object, set[str]] = defaultdict(set)
    for boundary, plan in points:
        plans[tuple(value for other, value in boundary.items() if other != key)].add(plan)
    return any(len(found) > 1 for found in plans.values())


def _as_read(phase: Phase) -> Phase:
    training = phase.training.as_read(phase.on)
    if isinstance(phase.lr, AutoRate):
        training = replace(training, reference_batch=None)
    return replace(phase, training=training)
