"""Steps of the ladder: arms of which each has one ingredient more than the one before it."""

import itertools
from dataclasses import dataclass, replace

import pandas as pd

from analysis.findings.contrasts.final_differences import final_differences
from analysis.findings.pairs import find_pairings
from analysis.loading.extended import looks_made
from analysis.loading.study_data import StudyData
from analysis.statistics.estimate import Estimate
from analysis.statistics.holm import holm
from analysis.statistics.looks import Looks

RUNGS = (
    ("fixed_rate", ""),
    ("head_fixed", "head phase first"),
    ("head_cosine", "one cosine"),
    ("head_restarts", "restarts"),
    ("adaptation", "layer rates"),
)
"""Recipes from the lowest up, and what each has that the one before it has not."""

COLUMNS = (
    "arm",
    "before",
    "adds",
    "num_pairs",
    "before_mean",
    "arm_mean",
    "difference",
    "low",
    "high",
    "confidence",
    "adjusted_p",
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step.

    Attributes:
        arm: The arm that has the ingredient.
        before: Its neighbour, which has all else.
        adds: The ingredient.
        num_pairs: Pairs of seeds.
        means: Mean final test objective of `before` and of `arm`; None without pairs that trained.
        estimate: The difference in the final test objective, over seeds and images; None where there is none.
        adjusted_p: Holm's, over the steps; None where it cannot be judged.
    """

    arm: str
    before: str
    adds: str
    num_pairs: int
    means: tuple[float | None, float | None]
    estimate: Estimate | None
    adjusted_p: float | None = None


def ladder_steps(data: StudyData) -> tuple[Step, ...]:
    """Return the steps between neighbours of the ladder that the study confirmed both of; none between others.

    Intervals are at the level of the last look at both arms, one by one; p is adjusted for the number of steps. A
    recipe that several arms have is no rung.
    """
    rungs = [(_arm_of(data, recipe), adds) for recipe, adds in RUNGS]
    steps = [
        _step(_at_look(data, _looks(data, arm, before)), before, arm, adds)
        for (before, _), (arm, adds) in itertools.pairwise(rungs)
        if before is not None and arm is not None
    ]
    measured = [step for step in steps if step is not None]
    p_values = [_first_look_p(step.estimate, _looks(data, step.arm, step.before)) for step in measured]
    return tuple(
        replace(step, adjusted_p=adjusted) for step, adjusted in zip(measured, holm(p_values), strict=True)
    )


def _looks(data: StudyData, *arms: str) -> Looks:
    """Return the looks that were made at all of some arms: those at the one that left the race first."""
    made = [looks_made(data.settings.num_seeds, data.metadata, arm) for arm in arms]
    return min(made, key=lambda looks: looks.num_seeds[-1])


def _at_look(data: StudyData, looks: Looks) -> StudyData:
    level = looks.level(1 - data.settings.confidence)
    return replace(data, settings=replace(data.settings, confidence=1 - level))


def ladder_table(steps: tuple[Step, ...]) -> pd.DataFrame:
    """Return one row a step."""
    return pd.DataFrame([_row(step) for step in steps], columns=list(COLUMNS))


def _arm_of(data: StudyData, recipe: str) -> str | None:
    arms = [name for name, arm in data.settings.arm_specs.items() if arm.get("recipe") == recipe]
    return arms[0] if len(arms) == 1 else None


def _step(data: StudyData, before: str, arm: str, adds: str) -> Step | None:
    against = replace(data, settings=replace(data.settings, reference=before))
    pairing = next(each for each in find_pairings(against) if each.arm == arm and each.architecture is None)
    if pairing.pairs.empty:
        return None
    found = final_differences(pairing, against)
    return Step(
        arm=arm,
        before=before,
        adds=adds,
        num_pairs=len(pairing.pairs),
        means=(found.reference_mean, found.arm_mean),
        estimate=found.headline,
    )


def _first_look_p(estimate: Estimate | None, looks: Looks) -> float | None:
    return None if estimate is None or estimate.p is None else looks.as_first_look(estimate.p)


def _row(step: Step) -> dict[str, object]:
    estimate = step.estimate
    return {
        "arm": step.arm,
        "before": step.before,
        "adds": step.adds,
        "num_pairs": step.num_pairs,
        "before_mean": step.means[0],
        "arm_mean": step.means[1],
        "difference": None if estimate is None else estimate.mean,
        "low": None if estimate is None else estimate.low,
        "high": None if estimate is None else estimate.high,
        "confidence": None if estimate is None else estimate.confidence,
        "adjusted_p": step.adjusted_p,
    }
