"""Studies drawn from a known truth, in the form that the analysis computes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.loading.run_metadata import RunMetadata
from analysis.loading.settings import MARGIN, TIME_MARGIN, Settings
from analysis.loading.study import PREDICTION_COLUMNS
from analysis.loading.study_data import StudyData

NUM_EPOCHS = 15
SECONDS = 10.0
"""Of an epoch of the reference, on average."""


@dataclass(frozen=True, kw_only=True)
class SimulatedArm:
    """How the runs of one arm learn: final level minus a gap that closes exponentially, with noise.

    Attributes:
        level: Mean of the validation objective that runs come to.
        seed_sd: Standard deviation of that level between seeds.
        epoch_sd: Standard deviation of the noise of every evaluation but the last's, see `annealed`.
        gap: By how much a run begins below its level.
        pace: Time constants that it passes in the budget of epochs.
        seconds: Of an epoch, the median over runs.
        seconds_sd: Standard deviation of its logarithm between runs.
        annealed: Whether the noise falls to a third in the last epochs, as under a rate that comes down, and a third
            of the gap closes only then.
    """

    level: float = 0.8
    seed_sd: float = 0.015
    epoch_sd: float = 0.01
    gap: float = 0.4
    pace: float = 5.0
    seconds: float = SECONDS
    seconds_sd: float = 0.05
    annealed: bool = False


@dataclass(frozen=True, kw_only=True)
class Curves:
    """Runs of one arm: `values` and cumulated `seconds`, shape (runs, epochs)."""

    values: np.ndarray
    seconds: np.ndarray


def draw_curves(
    arm: SimulatedArm, num_runs: int, generator: np.random.Generator, *, num_epochs: int = NUM_EPOCHS
) -> Curves:
    """Return the validation curves of so many runs, each of its own seed."""
    done = np.arange(1, num_epochs + 1) / num_epochs
    level = arm.level + arm.seed_sd * generator.standard_normal((num_runs, 1))
    noise = np.full(num_epochs, arm.epoch_sd)
    open_gap = np.exp(-arm.pace * done)
    if arm.annealed:
        falling = (1 + np.cos(np.pi * done)) / 2
        noise = arm.epoch_sd * (1 + 2 * falling) / 3
        open_gap = 2 / 3 * open_gap + 1 / 3 * falling
    values = level - arm.gap * open_gap + noise * generator.standard_normal((num_runs, num_epochs))
    pace = arm.seconds * np.exp(arm.seconds_sd * generator.standard_normal((num_runs, 1)))
    jitter = np.exp(0.02 * generator.standard_normal((num_runs, num_epochs)))
    return Curves(values=values.clip(0, 1), seconds=(pace * jitter).cumsum(axis=1))


def simulate(
    arms: Mapping[str, SimulatedArm],
    *,
    reference: str,
    num_seeds: int,
    generator: np.random.Generator,
    target_grid: Sequence[float] = (),
) -> StudyData:
    """Return the data of one study: every arm confirmed on the same seeds; the test value is the run's own level.

    The test objective of a run is its last validation value with noise of its own of a tenth of the seeds'.
    """
    runs, evaluations = [], []
    for name, arm in arms.items():
        curves = draw_curves(arm, num_seeds, generator)
        names = [f"{name}-{seed}" for seed in range(num_seeds)]
        tests = curves.values[:, -1] + 0.1 * arm.seed_sd * generator.standard_normal(num_seeds)
        runs.append(_runs(name, names, curves, tests))
        evaluations.append(_evaluations(names, curves))
    return StudyData(
        name="simulated",
        settings=_settings(tuple(arms), reference, num_seeds),
        metadata=RunMetadata(target_grid=tuple(target_grid)),
        records=pd.DataFrame(),
        runs=pd.concat(runs),
        evaluations=pd.concat(evaluations, ignore_index=True),
        predictions=pd.DataFrame(columns=list(PREDICTION_COLUMNS)),
    )


def _runs(arm: str, names: list[str], curves: Curves, tests: np.ndarray) -> pd.DataFrame:
    num_epochs = curves.values.shape[1]
    return pd.DataFrame(
        {
            "arm": arm,
            "run": names,
            "stage": "confirm",
            "repeat": 1,
            "seed": np.arange(len(names)),
            "architecture": "small_resnet",
            "overall": True,
            "status": "finished",
            "num_epochs": num_epochs,
            "body_passes": 100 * num_epochs,
            "cost_seconds": curves.seconds[:, -1],
            "collapsed": False,
            "final_val": curves.values[:, -1],
            "final_test": tests,
        },
        index=names,
    )


def _evaluations(names: list[str], curves: Curves) -> pd.DataFrame:
    num_runs, num_epochs = curves.values.shape
    epochs = np.tile(np.arange(1, num_epochs + 1), num_runs)
    return pd.DataFrame(
        {
            "run": np.repeat(names, num_epochs),
            "epochs": epochs,
            "body_passes": 100 * epochs,
            "seconds": curves.seconds.ravel(),
            "value": curves.values.ravel(),
            "judged": True,
        }
    )


def _settings(arms: tuple[str, ...], reference: str, num_seeds: int) -> Settings:
    return Settings(
        arms=arms,
        arm_specs={arm: {} for arm in arms},
        reference=reference,
        objective="accuracy",
        confidence=0.95,
        margin=MARGIN,
        time_margin=TIME_MARGIN,
        margin_is_named=True,
        cost_per_hour=None,
        noninferior=None,
        num_trials=None,
        num_epochs=NUM_EPOCHS,
        num_seeds=num_seeds,
        weights=None,
        search_seed=None,
    )
