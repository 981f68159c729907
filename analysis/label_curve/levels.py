"""Levels of the arms at one number of labels: the objective that their confirmed runs end with, and its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.findings.contrasts.final_differences import sample_of, values_of_runs
from analysis.findings.searches import by_units, counted, mean_difference
from analysis.loading.study_data import StudyData
from analysis.statistics.crossed import crossed_estimate
from analysis.statistics.estimate import Estimate


@dataclass(frozen=True, kw_only=True, eq=False)
class Level:
    """Where an arm's confirmed runs end at one number of labels.

    Attributes:
        arm: Name of the arm.
        num_runs: Its confirmed runs.
        num_trained: Those of them that finished and did not collapse: what the estimate is of.
        estimate: Mean of the test objective, with an interval over seeds and images; None without such runs.
        by_unit: What each test image, or group of them, adds to the error of the mean; empty where it is not known.
    """

    arm: str
    num_runs: int
    num_trained: int
    estimate: Estimate | None
    by_unit: np.ndarray


def level_of(data: StudyData, arm: str) -> Level:
    """Return the level of an arm's overall winner."""
    runs = confirmed(data, arm)
    trained = runs[runs["final_test"].notna() & ~runs["collapsed"].astype(bool)]
    estimate, by_unit = _estimate(data, trained)
    return Level(arm=arm, num_runs=len(runs), num_trained=len(trained), estimate=estimate, by_unit=by_unit)


def confirmed(data: StudyData, arm: str) -> pd.DataFrame:
    """Return the confirmed runs of an arm's overall winners that came to an end, by seed."""
    runs = data.runs
    chosen = (runs["arm"] == arm) & (runs["stage"] == "confirm") & runs["overall"].astype(bool)
    return runs[chosen & (runs["status"] != "running")].sort_values("seed")


def gain_between(before: StudyData, after: StudyData, arm: str) -> Estimate | None:
    """Return the mean difference of an arm's level between two numbers of labels, over paired seeds and images.

    Both were measured on the same test images, so an image that is hard for both is in neither's favour.
    """
    sides = [_trained_by_seed(data, arm) for data in (before, after)]
    seeds = sorted(sides[0].keys() & sides[1].keys())
    if not seeds:
        return None
    tables = [
        _values(data, [side[seed] for seed in seeds])
        for data, side in zip((before, after), sides, strict=True)
    ]
    if tables[0] is None or tables[1] is None or not tables[0].index.equals(tables[1].index):
        return None
    images = sample_of(after, images=tables[1].index)
    rows = (tables[1].to_numpy() - tables[0].to_numpy()).T
    return crossed_estimate(rows, confidence=after.settings.confidence, images=images)


def covariance_of(levels: Sequence[Level]) -> np.ndarray:
    """Return the covariance of the means at several numbers of labels, all measured on the same test images."""
    errors = np.array([_standard_error(level) for level in levels]) ** 2
    if any(len(level.by_unit) != len(levels[0].by_unit) or not len(level.by_unit) for level in levels):
        return np.diag(errors)
    shared = np.stack([level.by_unit for level in levels])
    covariance: np.ndarray = shared @ shared.T
    np.fill_diagonal(covariance, np.maximum(errors, np.diag(covariance)))
    return covariance


def _standard_error(level: Level) -> float:
    assert level.estimate is not None
    return 0.0 if level.estimate.spread is None else level.estimate.spread.standard_error


def _trained_by_seed(data: StudyData, arm: str) -> dict[int, str]:
    runs = confirmed(data, arm)
    trained = runs[runs["final_test"].notna() & ~runs["collapsed"].astype(bool)]
    return {int(seed): str(run) for seed, run in zip(trained["seed"], trained["run"], strict=True)}


def _estimate(data: StudyData, runs: pd.DataFrame) -> tuple[Estimate | None, np.ndarray]:
    if runs.empty:
        return None, np.zeros(0)
    pairs = pd.DataFrame({"arm_run": list(runs["run"])}, index=runs.index)
    known = _values(data, list(runs["run"]))
    if known is None:
        return mean_difference(runs["final_test"], pairs, data), np.zeros(0)
    images = sample_of(data, images=known.index)
    rows = by_units(known.to_numpy().T, pairs, data)
    estimate = crossed_estimate(rows, confidence=data.settings.confidence, images=images)
    return counted(estimate, pairs, data), images.residual_totals(rows).mean(axis=0)


def _values(data: StudyData, runs: list[str]) -> pd.DataFrame | None:
    """Return what every image (rows) adds to every run (columns); None where runs lack predictions, or images."""
    if not set(runs) <= set(data.image_values.columns):
        return None
    return values_of_runs(data, runs=runs)[runs]
