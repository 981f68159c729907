"""Runs of two sides, judged by the rules of a study's comparison: when each reached the other side's final level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.findings.contrasts.speed_up import SpeedUp, to_reference_level
from analysis.findings.pairs import Pairing
from analysis.loading.run_metadata import RunMetadata
from analysis.loading.settings import read_settings
from analysis.loading.study_data import StudyData

OURS, THEIRS = "ours", "theirs"


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A run.

    Attributes:
        seconds: What it had cost at the end of every epoch; validation is not part of it.
        values: Validation accuracy at the same moments.
        finished: Whether it ran to its end.
    """

    seconds: Sequence[float]
    values: Sequence[float]
    finished: bool = True


def speed_up(ours: Mapping[int, Curve], theirs: Mapping[int, Curve]) -> SpeedUp:
    """Return the time to the other side's final level, by our `speed_up`; every epoch is looked at.

    Args:
        ours: lrstudy's runs by seed, two or more.
        theirs: The other side's, of the same seeds.
    """
    assert ours.keys() == theirs.keys()
    assert len(ours) > 1, "a pair's target comes from the others"
    sides = {OURS: ours, THEIRS: theirs}
    rows = [{"seed": seed, "arm_run": f"{OURS}-{seed}", "reference_run": f"{THEIRS}-{seed}"} for seed in ours]
    pairing = Pairing(arm=OURS, reference=THEIRS, architecture=None, pairs=pd.DataFrame(rows))
    level = to_reference_level(pairing, _study_data(sides))
    assert level is not None
    return level


def _study_data(sides: Mapping[str, Mapping[int, Curve]]) -> StudyData:
    runs = {
        f"{side}-{seed}": (side, curve) for side, curves in sides.items() for seed, curve in curves.items()
    }
    spec = {"arms": {OURS: {}, THEIRS: {}}, "compare": {"reference": THEIRS, "objective": "accuracy"}}
    return StudyData(
        name="simulated",
        settings=read_settings(spec),
        metadata=RunMetadata(),
        records=pd.DataFrame(),
        runs=pd.DataFrame([_run(run, *of) for run, of in runs.items()]).set_index("run", drop=False),
        evaluations=pd.concat([_evaluations(run, curve) for run, (_, curve) in runs.items()]),
        predictions=pd.DataFrame(),
    )


def _run(run: str, side: str, curve: Curve) -> dict[str, object]:
    return {
        "run": run,
        "arm": side,
        "stage": "confirm",
        "status": "finished" if curve.finished else "failed",
        "num_epochs": len(curve.values),
        "cost_seconds": curve.seconds[-1],
        "collapsed": False,
        "final_val": curve.values[-1] if curve.finished else None,
    }


def _evaluations(run: str, curve: Curve) -> pd.DataFrame:
    return pd.DataFrame({"run": run, "seconds": curve.seconds, "value": curve.values, "judged": True})
