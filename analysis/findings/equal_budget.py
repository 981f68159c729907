"""The arms at equal epochs, image passes and seconds, and whether the conclusion turns round between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import pandas as pd

from analysis.findings.finals import paired_values
from analysis.findings.pairs import Pairing
from analysis.findings.searches import mean_difference
from analysis.loading.study_data import Evidence
from analysis.statistics.estimate import Estimate
from analysis.statistics.holm import holm
from analysis.statistics.looks import ONE_LOOK, Looks

Quantity = Literal["epochs", "body_passes", "seconds"]
QUANTITIES: tuple[Quantity, ...] = ("epochs", "body_passes", "seconds")

TOLERANCE = 0.05
"""An evaluation up to this fraction beyond the common amount still counts as within it.

Without it a run that took 0.1 % longer than its partner would lose its last epoch, and machine jitter would
decide the comparison.
"""

_TOTALS = {"epochs": "num_epochs", "body_passes": "body_passes", "seconds": "cost_seconds"}


@dataclass(frozen=True, kw_only=True)
class EqualBudget:
    """The arms at equal amounts of one quantity.

    Each pair has its own amount: the smaller of its two runs' totals. Either run counts with its last
    evaluation within the amount, to TOLERANCE: so a run whose total is within 5 % of the amount counts with
    its final value, and any other loses at most an epoch to the cadence. A run that is cut off like this is
    not the run that would have been planned for the amount: a falling rate has not come down yet.

    Attributes:
        quantity: What is held equal.
        least: The smallest amount of a pair.
        most: The largest amount of a pair.
        num_pairs: Pairs of which both runs finished, and did not collapse.
        num_missing: Those of them left out, as a run had no evaluation within the amount.
        estimate: Validation objective, arm minus reference; None where no pair has one.
    """

    quantity: Quantity
    least: float
    most: float
    num_pairs: int
    num_missing: int
    estimate: Estimate | None


@dataclass(frozen=True, kw_only=True)
class Opposed:
    """Two quantities between which the conclusion turns round.

    Attributes:
        arm_better: Held equal, the arm is better.
        reference_better: Held equal, the reference is better.
        adjusted_p: Of both together, over all such checks of the study.
    """

    arm_better: Quantity
    reference_better: Quantity
    adjusted_p: float


def equal_budgets(pairing: Pairing, evidence: Evidence) -> tuple[EqualBudget, ...]:
    """Compare one pairing at equal epochs, body passes and seconds; empty where no pair trained to its end."""
    finished = evidence.runs[(evidence.runs["status"] == "finished") & ~evidence.runs["collapsed"]]
    both = pairing.pairs[["arm_run", "reference_run"]].isin(finished.index).all(axis=1)
    if not both.any():
        return ()
    return tuple(
        _at_common_amounts(pairing, evidence, pairing.pairs[both], quantity) for quantity in QUANTITIES
    )


def opposed_budgets(
    contrasts: Sequence[tuple[EqualBudget, ...]], *, alpha: float, looks: Looks = ONE_LOOK
) -> tuple[tuple[Opposed, ...], ...]:
    """Return, for each contrast, between which quantities it is shown to turn round.

    That one arm is better at equal epochs, say, and the other at equal seconds, is shown where both are: the larger of
    the two p-values is that of the whole claim (an intersection-union test). Holm's adjustment over all pairs of
    quantities and all contrasts makes the check raise an alarm in at most alpha of the studies without such a turn.
    Where one of the two shows no difference, nothing turns round. A comparison that lacks pairs is left out.

    Source: Berger (1982).
    """
    checks = [
        (place, one, other)
        for place, equal in enumerate(contrasts)
        for one, other in combinations([each for each in equal if not each.num_missing], 2)
    ]
    p_values = [_opposed_p(one.estimate, other.estimate, looks) for _, one, other in checks]
    found: list[list[Opposed]] = [[] for _ in contrasts]
    for (place, one, other), p in zip(checks, holm(p_values), strict=True):
        if p is not None and p < alpha:
            assert one.estimate is not None
            better, worse = (one, other) if one.estimate.mean > 0 else (other, one)
            found[place].append(
                Opposed(arm_better=better.quantity, reference_better=worse.quantity, adjusted_p=p)
            )
    return tuple(tuple(of_contrast) for of_contrast in found)


def _opposed_p(one: Estimate | None, other: Estimate | None, looks: Looks) -> float | None:
    if one is None or other is None or one.p is None or other.p is None:
        return None
    return looks.as_first_look(max(one.p, other.p)) if one.mean * other.mean < 0 else 1.0


def _at_common_amounts(
    pairing: Pairing, evidence: Evidence, pairs: pd.DataFrame, quantity: Quantity
) -> EqualBudget:
    amounts = paired_values(pairing, evidence.runs[_TOTALS[quantity]]).loc[pairs.index].min(axis=1)
    limits = {
        run: float(amount) * (1 + TOLERANCE)
        for side in ("arm_run", "reference_run")
        for run, amount in zip(pairs[side], amounts, strict=True)
    }
    table = evidence.evaluations
    within = table[table[quantity] <= table["run"].map(limits).astype("float64")]
    values = paired_values(pairing, within.drop_duplicates("run", keep="last").set_index("run")["value"])
    differences = values["arm"] - values["reference"]
    return EqualBudget(
        quantity=quantity,
        least=float(amounts.min()),
        most=float(amounts.max()),
        num_pairs=len(pairs),
        num_missing=len(pairs) - len(values),
        estimate=mean_difference(differences, pairing.pairs, evidence),
    )
