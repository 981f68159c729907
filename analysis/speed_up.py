"""How much sooner an arm's runs reach a target than the reference's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.evidence import Evidence
from analysis.pairs import Pairing
from analysis.ratio import Ratio, Side, paired_ratio
from analysis.searches import has_several, means_by_search, over_searches, searches_of
from analysis.time_to_target import (
    Outcome,
    leave_one_out_targets,
    longest_end,
    most_epochs,
    outcome,
    restricted_seconds,
)


@dataclass(frozen=True, kw_only=True)
class SpeedUp:
    """Time to one target in one pairing.

    Attributes:
        target: The target; for the reference's own level, the mean of the pairs' targets.
        num_pairs: Pairs that have a target.
        reached_arm: Runs of the arm that reached it.
        reached_reference: Runs of the reference that reached it.
        longest_seconds: The longest run's end; what a run that diverged counts with.
        arm_seconds: The arm's restricted mean time.
        reference_seconds: The reference's restricted mean time.
        ratio: Reference / arm; None where under half of the runs of both arms reached, so that not even a
            bound can be given.
        arm_search_seconds: What the arm's search and selection cost; None if none was recorded.
        reference_search_seconds: The same for the reference.
        ratio_with_search: The ratio with the search's cost on both sides.
        times: One row a pair: `seed`, `target`, `arm_run`, and for each side the time reached (NaN if not), the
            end, and the restricted time.
    """

    target: float
    num_pairs: int
    reached_arm: int
    reached_reference: int
    longest_seconds: float
    arm_seconds: float
    reference_seconds: float
    ratio: Ratio | None
    arm_search_seconds: float | None
    reference_search_seconds: float | None
    ratio_with_search: Ratio | None
    times: pd.DataFrame


def to_reference_level(pairing: Pairing, evidence: Evidence, *, judged_only: bool = False) -> SpeedUp | None:
    """Return the time to the reference's own final level; None with fewer than two pairs that have one.

    Args:
        pairing: Which runs are compared.
        evidence: What was recorded.
        judged_only: Look at judged epochs alone: the ends of cycles, and every epoch of an arm without
            cycles. A restart then breaks no level that a cycle's end had reached, but arms are looked at
            unequally often.
    """
    finals = pairing.pairs["reference_run"].map(evidence.runs["final_val"]).astype("float64")
    if judged_only:
        seen = evidence.evaluations
        evidence = replace(evidence, evaluations=seen[seen["judged"]])
    searches = searches_of(pairing.pairs, evidence).tolist() if has_several(evidence) else None
    return _measure(pairing, evidence, leave_one_out_targets(finals.tolist(), searches))


def over_grid(pairing: Pairing, evidence: Evidence) -> tuple[SpeedUp, ...]:
    """Return the time to each accuracy that was fixed before the confirmation."""
    grid = evidence.facts.target_grid
    measured = [_measure(pairing, evidence, [target] * len(pairing.pairs)) for target in grid]
    return tuple(one for one in measured if one is not None)


def _measure(pairing: Pairing, evidence: Evidence, targets: Sequence[float | None]) -> SpeedUp | None:
    kept = [index for index, target in enumerate(targets) if target is not None]
    if not kept:
        return None
    pairs = pairing.pairs.iloc[kept].assign(target=np.array([targets[index] for index in kept], dtype=float))
    arm, reference = (_outcomes(pairs, evidence, side=side) for side in ("arm_run", "reference_run"))
    times = _times(pairs, arm, reference)
    search = tuple(_search_seconds(pairing, evidence, name) for name in (pairing.arm, pairing.reference))
    side = _side(arm, reference)
    return SpeedUp(
        target=float(pairs["target"].mean()),
        num_pairs=len(pairs),
        reached_arm=_num_reached(arm),
        reached_reference=_num_reached(reference),
        longest_seconds=longest_end([*arm, *reference]),
        arm_seconds=float(times["arm_restricted"].mean()),
        reference_seconds=float(times["reference_restricted"].mean()),
        ratio=_ratio(times, evidence, side, (0.0, 0.0)),
        arm_search_seconds=search[0],
        reference_search_seconds=search[1],
        ratio_with_search=_ratio(times, evidence, side, search),
        times=times,
    )


def _outcomes(pairs: pd.DataFrame, evidence: Evidence, *, side: str) -> list[Outcome]:
    evaluations = evidence.evaluations
    return [
        outcome(evidence.runs.loc[run], evaluations[evaluations["run"] == run], target=target)
        for run, target in zip(pairs[side], pairs["target"], strict=True)
    ]


def _times(pairs: pd.DataFrame, arm: list[Outcome], reference: list[Outcome]) -> pd.DataFrame:
    longest, num_epochs = longest_end([*arm, *reference]), most_epochs([*arm, *reference])
    table = pairs[["seed", "target", "arm_run"]].reset_index(drop=True)
    for name, outcomes in (("arm", arm), ("reference", reference)):
        table[f"{name}_reached"] = pd.Series([o.reached_seconds for o in outcomes], dtype="float64")
        table[f"{name}_end"] = [o.end_seconds for o in outcomes]
        table[f"{name}_restricted"] = [
            restricted_seconds(o, longest=longest, num_epochs=num_epochs) for o in outcomes
        ]
    return table


def _num_reached(outcomes: list[Outcome]) -> int:
    return sum(o.reached_seconds is not None for o in outcomes)


def _side(arm: list[Outcome], reference: list[Outcome]) -> Side | None:
    """Return what kind of statement the shares that reached allow.

    Where under half of one arm reached, its restricted times say mostly where the budget ends: the true
    ratio is beyond the one of restricted times, so only a bound is given.
    """
    few_arm = 2 * _num_reached(arm) < len(arm)
    few_reference = 2 * _num_reached(reference) < len(reference)
    if few_arm and few_reference:
        return None
    if few_reference:
        return "at_least"
    return "at_most" if few_arm else "both"


def _ratio(
    times: pd.DataFrame, evidence: Evidence, side: Side | None, search: tuple[float | None, ...]
) -> Ratio | None:
    arm_search, reference_search = search
    if side is None or arm_search is None or reference_search is None:
        return None
    reference = times["reference_restricted"] + reference_search
    arm = times["arm_restricted"] + arm_search
    if (reference <= 0).any() or (arm <= 0).any():
        return None
    confidence = evidence.settings.confidence
    if not has_several(evidence):
        return paired_ratio(reference.tolist(), arm.tolist(), confidence=confidence, side=side)
    searches = searches_of(times, evidence).tolist()
    logs = [np.log(side_times.to_numpy(dtype=float)) for side_times in (reference, arm)]
    means = [np.exp(means_by_search(each, searches)).tolist() for each in logs]  # geometric, of each search
    ratio = paired_ratio(*means, confidence=confidence, side=side)
    return None if ratio is None else replace(ratio, log=over_searches(ratio.log, searches))


def _search_seconds(pairing: Pairing, evidence: Evidence, arm: str) -> float | None:
    """Return what finding the arm's winner cost: search and selection, in the network compared; of several the mean."""
    runs = evidence.runs
    searched = runs[(runs["arm"] == arm) & runs["stage"].isin(["search", "selection"])]
    if pairing.architecture is not None:
        searched = searched[searched["architecture"] == pairing.architecture]
    return float(searched["cost_seconds"].sum()) / searched["repeat"].nunique() if len(searched) else None
