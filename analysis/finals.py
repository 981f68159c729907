"""Differences in the objective that finished runs end with."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.crossed import balanced_weights, crossed_estimate
from analysis.estimate import Estimate
from analysis.evidence import Evidence
from analysis.pairs import Pairing
from analysis.searches import by_units, counted, mean_difference


@dataclass(frozen=True, kw_only=True)
class Finals:
    """How the ends of paired runs differ, arm minus reference.

    A run that diverged or failed has no final objective, and none is invented for it: the differences are
    over the pairs of which both runs finished, and the numbers of those that did not stand beside them. So
    the differences speak only of runs that finish.

    Attributes:
        num_pairs: Pairs of seeds, whatever became of their runs.
        unfinished_arm: Runs of the arm in these pairs that diverged or failed.
        unfinished_reference: The same for the reference.
        arm_mean: The arm's mean final test objective over the pairs in `test`; None without any.
        reference_mean: The same for the reference.
        test: Test objective, interval over seeds alone. Where arms were searched several times, searches stand for
            seeds here and below.
        test_combined: Test objective, interval over seeds and images; None without predictions.
        val: Validation objective, interval over seeds alone.
    """

    num_pairs: int
    unfinished_arm: int
    unfinished_reference: int
    arm_mean: float | None
    reference_mean: float | None
    test: Estimate | None
    test_combined: Estimate | None
    val: Estimate | None

    @property
    def headline(self) -> Estimate | None:
        """The estimate that the conclusion rests on: the combined one where there is one."""
        return self.test_combined if self.test_combined is not None else self.test


def measure_finals(pairing: Pairing, evidence: Evidence) -> Finals:
    """Compare the final objectives of one pairing."""
    test = paired_values(pairing, evidence.runs["final_test"])
    val = paired_values(pairing, evidence.runs["final_val"])
    status = evidence.runs["status"]
    return Finals(
        num_pairs=len(pairing.pairs),
        unfinished_arm=int((pairing.pairs["arm_run"].map(status) != "finished").sum()),
        unfinished_reference=int((pairing.pairs["reference_run"].map(status) != "finished").sum()),
        arm_mean=float(test["arm"].mean()) if len(test) else None,
        reference_mean=float(test["reference"].mean()) if len(test) else None,
        test=mean_difference(test["arm"] - test["reference"], pairing.pairs, evidence),
        test_combined=_combined(pairing, evidence),
        val=mean_difference(val["arm"] - val["reference"], pairing.pairs, evidence),
    )


def paired_values(pairing: Pairing, values: pd.Series) -> pd.DataFrame:
    """Return `arm` and `reference`, one row a pair of which both have a value.

    Args:
        pairing: The pairs.
        values: Indexed by run; NaN or absent where there is none.
    """
    sides = {
        "arm": pairing.pairs["arm_run"].map(values).astype("float64"),
        "reference": pairing.pairs["reference_run"].map(values).astype("float64"),
    }
    return pd.DataFrame(sides).dropna()


def _combined(pairing: Pairing, evidence: Evidence) -> Estimate | None:
    finished = evidence.runs.index[evidence.runs["final_test"].notna()]
    known = set(evidence.predictions["run"]) & set(finished)
    both = pairing.pairs["arm_run"].isin(known) & pairing.pairs["reference_run"].isin(known)
    pairs = pairing.pairs[both]
    if pairs.empty:
        return None
    correct = _correctness(evidence.predictions, runs=[*pairs["arm_run"], *pairs["reference_run"]])
    differences = (
        correct[list(pairs["arm_run"])].to_numpy() - correct[list(pairs["reference_run"])].to_numpy()
    )
    weights = _weights(evidence, images=correct.index)
    rows = by_units((differences * weights[:, None]).T, pairs, evidence)
    return counted(crossed_estimate(rows, confidence=evidence.settings.confidence), pairs, evidence)


def _correctness(predictions: pd.DataFrame, *, runs: list[str]) -> pd.DataFrame:
    """Return 1.0 or 0.0 for every image (rows) and run (columns)."""
    rows = predictions[predictions["run"].isin(runs)]
    table = rows.assign(correct=(rows["label"] == rows["predicted"]).astype(float))
    wide = table.pivot(index="image", columns="run", values="correct")
    holes = wide.isna().any()
    if holes.any():
        run = holes[holes].index[0]
        raise ValueError(f"predictions.parquet: run {run!r} lacks images that other runs of its pair have")
    return wide


def _weights(evidence: Evidence, *, images: pd.Index) -> np.ndarray:
    if evidence.settings.objective == "accuracy":
        return np.ones(len(images))
    labels = evidence.predictions.drop_duplicates("image").set_index("image")["label"]
    return balanced_weights(labels.loc[images].to_numpy())
