"""Does the conclusion depend on what the arms are given equally: epochs, image passes or seconds?"""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from analysis.estimate import Estimate
from analysis.evidence import Evidence
from analysis.finals import paired_values
from analysis.paired import paired_t
from analysis.pairs import Pairing

Quantity = Literal["epochs", "body_passes", "seconds"]
QUANTITIES: tuple[Quantity, ...] = ("epochs", "body_passes", "seconds")

_TOTALS = {"epochs": "num_epochs", "body_passes": "body_passes", "seconds": "cost_seconds"}


@dataclass(frozen=True, kw_only=True)
class EqualBudget:
    """The arms at one common amount of one quantity.

    Attributes:
        quantity: What is held equal.
        amount: How much of it: the least that any finished run of the pairing used in all.
        num_missing: Pairs left out, as a run had no judged evaluation within the amount, or did not finish.
        estimate: Validation objective, arm minus reference, at each run's last judged evaluation within
            the amount; None where no pair has one.
    """

    quantity: Quantity
    amount: float
    num_missing: int
    estimate: Estimate | None


def equal_budgets(pairing: Pairing, evidence: Evidence) -> tuple[EqualBudget, ...]:
    """Compare one pairing at equal epochs, body passes and seconds; empty where no run finished."""
    runs = evidence.runs.loc[[*pairing.pairs["arm_run"], *pairing.pairs["reference_run"]]]
    finished = runs[runs["status"] == "finished"]
    if finished.empty:
        return ()
    return tuple(_at_common_amount(pairing, evidence, finished, quantity) for quantity in QUANTITIES)


def _at_common_amount(
    pairing: Pairing, evidence: Evidence, finished: pd.DataFrame, quantity: Quantity
) -> EqualBudget:
    amount = float(finished[_TOTALS[quantity]].min())
    table = evidence.evaluations
    within = table[table["run"].isin(finished.index) & (table[quantity] <= amount)]
    values = paired_values(pairing, within.drop_duplicates("run", keep="last").set_index("run")["value"])
    differences = (values["arm"] - values["reference"]).tolist()
    return EqualBudget(
        quantity=quantity,
        amount=amount,
        num_missing=len(pairing.pairs) - len(values),
        estimate=paired_t(differences, confidence=evidence.settings.confidence),
    )
