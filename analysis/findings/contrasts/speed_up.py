"""Speed-up: how much sooner an arm's runs reach a target than the reference's."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
import pandas as pd

from analysis.findings.pairs import Pairing
from analysis.findings.searches import has_several, over_searches, searches_of
from analysis.findings.splits import counted_splits, has_splits, splits_of, widening_of
from analysis.loading.study_data import StudyData
from analysis.statistics.ratio import Ratio, widened
from analysis.statistics.restricted_ratio import (
    left_out_pairs,
    restricted_ratio,
    restricted_times,
    targets_without_each,
)
from analysis.statistics.time_to_target import (
    Outcome,
    longest_end,
    outcome,
)


@dataclass(frozen=True, kw_only=True)
class SpeedUp:
    """Time to one target in one pairing.

    What the ratio estimates, and what its interval covers: the geometric mean, over seeds, of the reference's time to
    the target by the arm's, both within the budget of epochs, where a run that does not get there counts with its end.
    For the reference's own level the target is the mean final validation objective of as many reference runs as the
    other pairs have, and is as random as that. Where arms were searched several times, it is the mean over searches of
    each one's mean, the jackknife leaves out searches, and a target is of the other searches. It is not the ratio of
    times without a limit: where one arm's runs get there less often, that one lies further from 1.

    Attributes:
        target: The target; for the reference's own level, the mean of the pairs' targets.
        num_pairs: Pairs that have a target.
        reached_arm: Runs of the arm that reached it.
        reached_reference: Runs of the reference that reached it.
        longest_seconds: The longest run's end; what a run that diverged counts with.
        arm_seconds: The arm's restricted mean time.
        reference_seconds: The reference's restricted mean time.
        ratio: Reference / arm; None where under half of the runs of both arms reached: it would say what the budget
            takes, and nothing of the way to the target.
        arm_search_seconds: What the arm's search and selection cost; None if none was recorded.
        reference_search_seconds: The same for the reference.
        ratio_with_search: The ratio with the search's cost on both sides. It has no interval: there was one search of
            each arm, and the spread over the pairs says nothing of what another would have cost.
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
    ratio_with_search: float | None
    times: pd.DataFrame

    @property
    def few_arm(self) -> bool:
        """Whether under half of the arm's runs reached, so that their times say mostly where the budget ends."""
        return 2 * self.reached_arm < self.num_pairs

    @property
    def few_reference(self) -> bool:
        """The same of the reference."""
        return 2 * self.reached_reference < self.num_pairs


def to_reference_level(pairing: Pairing, data: StudyData, *, judged_only: bool = False) -> SpeedUp | None:
    """Return the time to the reference's own final level; None with fewer than two pairs that have one.

    Args:
        pairing: Which runs are compared.
        data: The study.
        judged_only: Look at judged epochs alone: the ends of cycles, and every epoch of an arm without
            cycles. A restart then breaks no level that a cycle's end had reached, but arms are looked at
            unequally often.
    """
    trained = data.runs["final_val"].mask(data.runs["collapsed"])
    finals = pairing.pairs["reference_run"].map(trained).to_numpy(dtype=float)
    targets = targets_without_each(finals, _units(pairing, data))
    return _measure(pairing, data, targets, sides=_sides(pairing, data, judged_only=judged_only))


def over_grid(pairing: Pairing, data: StudyData) -> tuple[SpeedUp, ...]:
    """Return the time to each accuracy that was fixed before the confirmation."""
    fixed = np.where(left_out_pairs(_units(pairing, data)), np.nan, 1.0)
    sides = _sides(pairing, data)
    measured = [_measure(pairing, data, target * fixed, sides=sides) for target in data.metadata.target_grid]
    return tuple(one for one in measured if one is not None)


def _units(pairing: Pairing, data: StudyData) -> np.ndarray:
    """Return which unit each pair belongs to: its search or split where there are several, else itself."""
    if has_splits(data):
        return splits_of(pairing.pairs, data).to_numpy(dtype=int)
    if not has_several(data):
        return np.arange(len(pairing.pairs))
    return searches_of(pairing.pairs, data).to_numpy(dtype=int)


def _measure(pairing: Pairing, data: StudyData, targets: np.ndarray, *, sides: "_Sides") -> SpeedUp | None:
    """Return the time to the first row of targets; the further rows are the targets without each of the pairs."""
    kept = ~np.isnan(targets[0])
    if not kept.any():
        return None
    pairs = pairing.pairs[kept].assign(target=targets[0][kept])
    outcomes = {side: list(compress(of_side, kept)) for side, of_side in sides.outcomes.items()}
    restricted = restricted_times(outcomes, targets[:, kept])
    times = _times(pairs, outcomes, restricted)
    speed_up = SpeedUp(
        target=float(pairs["target"].mean()),
        num_pairs=len(pairs),
        reached_arm=int(times["arm_reached"].notna().sum()),
        reached_reference=int(times["reference_reached"].notna().sum()),
        longest_seconds=longest_end([*outcomes["arm"], *outcomes["reference"]]),
        arm_seconds=float(times["arm_restricted"].mean()),
        reference_seconds=float(times["reference_restricted"].mean()),
        ratio=None,
        arm_search_seconds=sides.search_seconds[0],
        reference_search_seconds=sides.search_seconds[1],
        ratio_with_search=None,
        times=times,
    )
    if speed_up.few_arm and speed_up.few_reference:
        return speed_up
    return replace(
        speed_up,
        ratio=_counted(restricted, pairs, data),
        ratio_with_search=_with_search(times, sides.search_seconds),
    )


@dataclass(frozen=True, kw_only=True)
class _Sides:
    """What the times to all targets are made of.

    Attributes:
        outcomes: Each side's runs on their way, one a pair.
        search_seconds: What finding the arm's winner cost, and the reference's; None where nothing was recorded.
    """

    outcomes: Mapping[str, list[Outcome]]
    search_seconds: tuple[float | None, float | None]


def _sides(pairing: Pairing, data: StudyData, *, judged_only: bool = False) -> _Sides:
    seconds, epochs = data.runs["cost_seconds"].to_dict(), data.runs["num_epochs"].to_dict()
    outcomes = {
        side: [
            outcome(
                *_seen(run, data, judged_only=judged_only),
                end_seconds=float(seconds[run]),
                num_epochs=int(epochs[run]),
                finished=run in data.trained_runs,
            )
            for run in pairing.pairs[f"{side}_run"]
        ]
        for side in ("arm", "reference")
    }
    arm, reference = (_search_seconds(pairing, data, name) for name in (pairing.arm, pairing.reference))
    return _Sides(outcomes=outcomes, search_seconds=(arm, reference))


def _seen(run: str, data: StudyData, *, judged_only: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return a run's objective at its evaluations, and its cost at them."""
    of_run = data.evaluations_by_run.get(run)
    if of_run is None:
        return np.array([]), np.array([])
    seen = of_run["judged"] if judged_only else slice(None)
    return of_run["value"][seen].astype(float), of_run["seconds"][seen].astype(float)


def _times(
    pairs: pd.DataFrame, outcomes: Mapping[str, list[Outcome]], restricted: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    targets = pairs["target"].to_numpy(dtype=float)
    columns = {name: pairs[name].array for name in ("seed", "target", "arm_run")}
    for side, of_side in outcomes.items():
        reached = [o.reached_seconds(targets[[place]]).item() for place, o in enumerate(of_side)]
        columns[f"{side}_reached"] = np.array(reached)
        columns[f"{side}_end"] = np.array([o.end_seconds for o in of_side])
        columns[f"{side}_restricted"] = restricted[side][0]
    return pd.DataFrame(columns)


def _counted(restricted: Mapping[str, np.ndarray], pairs: pd.DataFrame, data: StudyData) -> Ratio | None:
    """Return the ratio over pairs, or over searches or splits where there are several, saying so."""
    confidence = data.settings.confidence
    if has_splits(data):
        splits = splits_of(pairs, data)
        alone = restricted_ratio(restricted, confidence=confidence, units=splits.to_numpy(dtype=int))
        if alone is None:
            return None
        wider = widened(alone, widening_of(splits.nunique(), data))
        return replace(wider, log=counted_splits(wider.log, splits))
    if not has_several(data):
        return restricted_ratio(restricted, confidence=confidence)
    searches = searches_of(pairs, data).to_numpy(dtype=int)
    ratio = restricted_ratio(restricted, confidence=confidence, units=searches)
    return None if ratio is None else replace(ratio, log=over_searches(ratio.log, searches.tolist()))


def _with_search(times: pd.DataFrame, search: tuple[float | None, float | None]) -> float | None:
    arm_search, reference_search = search
    if arm_search is None or reference_search is None:
        return None
    reference = times["reference_restricted"] + reference_search
    arm = times["arm_restricted"] + arm_search
    if (reference <= 0).any() or (arm <= 0).any():
        return None
    return float(np.exp((np.log(reference) - np.log(arm)).mean()))


def _search_seconds(pairing: Pairing, data: StudyData, arm: str) -> float | None:
    """Return what finding the arm's winner cost: search and selection, in the network compared; of several the mean."""
    runs = data.runs
    searched = (runs["arm"] == arm).to_numpy() & runs["stage"].isin(["search", "selection"]).to_numpy()
    if pairing.architecture is not None:
        searched &= (runs["architecture"] == pairing.architecture).to_numpy()
    if not searched.any():
        return None
    return float(runs["cost_seconds"][searched].sum()) / runs["repeat"][searched].nunique()
