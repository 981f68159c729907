"""Pairing of confirmation runs: same seed, same data, different arm."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.loading.study_data import StudyData
from analysis.loading.texts import HELD


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """One arm against the reference.

    Attributes:
        arm: The arm in question.
        reference: The arm that it is compared with.
        architecture: The network within which they are compared; None for each arm's overall winner.
        pairs: One row a pair: `seed`, `arm_run`, `reference_run`, in the order of the seeds.
    """

    arm: str
    reference: str
    architecture: str | None
    pairs: pd.DataFrame


def paired_values(pairing: Pairing, values: pd.Series) -> pd.DataFrame:
    """Return `arm` and `reference`, one row a pair of which both have a value.

    Args:
        pairing: The pairs.
        values: Indexed by run; NaN or absent where there is none.
    """
    known = dict(zip(values.index, values.to_numpy(dtype="float64", na_value=np.nan), strict=True))
    sides = ("arm", "reference")
    table = np.array([[known.get(run, np.nan) for run in pairing.pairs[f"{side}_run"]] for side in sides])
    complete = ~np.isnan(table).any(axis=0)
    return pd.DataFrame(table[:, complete].T, columns=sides, index=pairing.pairs.index[complete])


def confirmations(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the confirmation runs that came to an end, whichever end."""
    return runs[(runs["stage"] == "confirm") & (runs["status"] != "running")]


def find_pairings(data: StudyData) -> tuple[Pairing, ...]:
    """Return the overall pairing of every arm, then those within each architecture of several.

    A pairing within an architecture that would repeat an overall one run by run is left out: it is not a
    second test. Pairings may be without pairs, as in a study that was interrupted.
    """
    ended = confirmations(
        data.runs[["arm", "stage", "run", "seed", "architecture", "overall", "status", "repeat"]]
    )
    overall = [_pairing(data, arm, ended[ended["overall"].astype(bool)]) for arm in _others(data)]
    within = [
        _pairing(data, arm, winners_within(ended, architecture), architecture)
        for architecture in _architectures(data, ended)
        for arm in _others(data)
    ]
    seen = [pairing.pairs for pairing in overall]
    return (*overall, *(p for p in within if len(p.pairs) and not any(p.pairs.equals(s) for s in seen)))


def winners_within(ended: pd.DataFrame, architecture: str) -> pd.DataFrame:
    """Return each arm's runs of its best configuration in one architecture, of each of its searches.

    That is the overall winner where it has this architecture, else the runs confirmed for it alone.
    """
    inside = ended[ended["architecture"] == architecture]
    is_overall = inside["overall"].astype(bool)
    searches = pd.MultiIndex.from_frame(inside[["arm", "repeat"]])
    return inside[is_overall | ~searches.isin(searches[is_overall])]


def _others(data: StudyData) -> list[str]:
    return [arm for arm in data.settings.arms if arm != data.settings.reference]


def _architectures(data: StudyData, ended: pd.DataFrame) -> list[str]:
    """Return the networks within which arms are compared.

    Several searches may choose several networks. Only where each search's best within each was confirmed is there a
    comparison within one; the searches that happened to choose it in both arms are none.
    """
    if data.settings.num_repeats > 1 and ended["overall"].astype(bool).all():
        return []
    names = sorted(set(ended["architecture"]))
    return names if len(names) > 1 else []


def _pairing(data: StudyData, arm: str, candidates: pd.DataFrame, within: str | None = None) -> Pairing:
    reference = data.settings.reference
    sides = [_by_seed(candidates, name) for name in (arm, reference)]
    seeds = sorted(set(sides[0]) & set(sides[1]))
    runs = [pd.Series([of_side[seed] for seed in seeds], dtype=HELD) for of_side in sides]
    pairs = pd.DataFrame({"seed": seeds, "arm_run": runs[0], "reference_run": runs[1]})
    return Pairing(arm=arm, reference=reference, architecture=within, pairs=pairs)


def _by_seed(candidates: pd.DataFrame, arm: str) -> dict[int, str]:
    runs = candidates[candidates["arm"] == arm]
    twice = runs.loc[runs["seed"].duplicated(), "seed"]
    if len(twice):
        seed = twice.iloc[0]
        raise ValueError(f"arm {arm!r} was confirmed more than once on seed {seed}; a pair needs one run")
    return {int(seed): str(run) for seed, run in zip(runs["seed"], runs["run"], strict=True)}
