"""Does the conclusion depend on what the arms are given equally: epochs, image passes or seconds?"""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from analysis.estimate import Estimate
from analysis.evidence import Evidence
from analysis.finals import paired_values
from analysis.pairs import Pairing
from analysis.searches import mean_difference

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
        num_pairs: Pairs of which both runs finished.
        num_missing: Those of them left out, as a run had no evaluation within the amount.
        estimate: Validation objective, arm minus reference; None where no pair has one.
    """

    quantity: Quantity
    least: float
    most: float
    num_pairs: int
    num_missing: int
    estimate: Estimate | None


def equal_budgets(pairing: Pairing, evidence: Evidence) -> tuple[EqualBudget, ...]:
    """Compare one pairing at equal epochs, body passes and seconds; empty where no pair finished."""
    finished = evidence.runs[evidence.runs["status"] == "finished"]
    both = pairing.pairs[["arm_run", "reference_run"]].isin(finished.index).all(axis=1)
    if not both.any():
        return ()
    return tuple(
        _at_common_amounts(pairing, evidence, pairing.pairs[both], quantity) for quantity in QUANTITIES
    )


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
