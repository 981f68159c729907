"""Differences at equal epochs, image passes and seconds, and whether the conclusion turns round between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import pandas as pd

from analysis.findings.contrasts.listed_statistic import Measured, difference_of
from analysis.findings.pairs import Pairing, paired_values
from analysis.loading.study_data import StudyData
from analysis.statistics.estimate import Estimate
from analysis.statistics.holm import holm
from analysis.statistics.looks import Looks

TOLERANCE = 0.05
"""An evaluation up to this fraction beyond the common amount still counts as within it.

Without it a run that took 0.1 % longer than its partner would lose its last epoch, and machine jitter would
decide the comparison.
"""


@dataclass(frozen=True, kw_only=True)
class EqualBudget:
    """The difference of the validation objective at equal amounts of one quantity.

    Each pair has its own amount: the smaller of its two runs' totals. Either run counts with its last
    evaluation within the amount, to TOLERANCE: so a run whose total is within 5 % of the amount counts with
    its final value, and any other loses at most an epoch to the cadence. A run that is cut off like this is
    not the run that would have been planned for the amount: a falling rate has not come down yet.

    Attributes:
        quantity: What is held equal, a column of the evaluations.
        total: The column of the runs that has its totals.
        title: See `ListedStatistic`.
    """

    quantity: str
    total: str
    title: str
    unit: str = ""
    section: str = "equal_budgets"

    @property
    def name(self) -> str:
        """Its `measure` in summary.csv."""
        return f"val_at_equal_{self.quantity}"

    def measure(self, data: StudyData, pairing: Pairing) -> Measured | None:
        """Compare one pairing, over the pairs whose runs trained to their ends; None where no pair did."""
        trained = _trained(data, pairing)
        if trained.pairs.empty:
            return None
        return difference_of(self._values(data, trained), trained, data)

    def common_amounts(self, data: StudyData, pairing: Pairing) -> pd.Series:
        """Return the amount that both runs of a pair had, one a pair."""
        return paired_values(pairing, data.runs[self.total]).min(axis=1)

    def _values(self, data: StudyData, pairing: Pairing) -> pd.Series:
        """Return, by run, the last evaluation within its pair's amount."""
        amounts = self.common_amounts(data, pairing)
        limits = {
            run: float(amount) * (1 + TOLERANCE)
            for side in ("arm_run", "reference_run")
            for run, amount in zip(pairing.pairs[side], amounts, strict=True)
        }
        seen = {run: data.evaluations_by_run[run] for run in limits if run in data.evaluations_by_run}
        within = {run: of_run["value"][of_run[self.quantity] <= limits[run]] for run, of_run in seen.items()}
        return pd.Series({run: values[-1] for run, values in within.items() if len(values)}, dtype="float64")


EQUAL_BUDGETS = (
    EqualBudget(quantity="epochs", total="num_epochs", title="equal epochs"),
    EqualBudget(quantity="body_passes", total="body_passes", title="equal image passes"),
    EqualBudget(quantity="seconds", total="cost_seconds", title="equal seconds"),
)


@dataclass(frozen=True, kw_only=True)
class Opposed:
    """Two quantities between which the conclusion turns round.

    Attributes:
        arm_better: Held equal, the arm is better.
        reference_better: Held equal, the reference is better.
        adjusted_p: Of both together, over all such checks of the study.
    """

    arm_better: EqualBudget
    reference_better: EqualBudget
    adjusted_p: float


def opposed_budgets(
    contrasts: Sequence[Mapping[str, Measured]], *, alpha: float, looks: Sequence[Looks]
) -> tuple[tuple[Opposed, ...], ...]:
    """Return, for each contrast, between which quantities it is shown to turn round.

    That one arm is better at equal epochs, say, and the other at equal seconds, is shown where both are: the larger of
    the two p-values is that of the whole claim (an intersection-union test). Holm's adjustment over all pairs of
    quantities and all contrasts makes the check raise an alarm in at most alpha of the studies without such a turn.
    Where one of the two shows no difference, nothing turns round. A comparison that lacks pairs is left out.

    Args:
        contrasts: Of each contrast what its statistics come to, by name; others than EQUAL_BUDGETS are passed over.
        alpha: Level of the check.
        looks: Of each contrast, the looks that were made.

    Source: Berger (1982).
    """
    checks = [
        (place, one, other)
        for place, measured in enumerate(contrasts)
        for one, other in combinations(_without_holes(measured), 2)
    ]
    p_values = [_opposed_p(one[1], other[1], looks[place]) for place, one, other in checks]
    found: list[list[Opposed]] = [[] for _ in contrasts]
    for (place, one, other), p in zip(checks, holm(p_values), strict=True):
        if p is not None and p < alpha:
            assert one[1] is not None
            better, worse = (one[0], other[0]) if one[1].mean > 0 else (other[0], one[0])
            found[place].append(Opposed(arm_better=better, reference_better=worse, adjusted_p=p))
    return tuple(tuple(of_contrast) for of_contrast in found)


def _without_holes(measured: Mapping[str, Measured]) -> list[tuple[EqualBudget, Estimate | None]]:
    known = [(each, measured[each.name]) for each in EQUAL_BUDGETS if each.name in measured]
    return [(each, found.estimate) for each, found in known if not found.num_missing]


def _opposed_p(one: Estimate | None, other: Estimate | None, looks: Looks) -> float | None:
    if one is None or other is None or one.p is None or other.p is None:
        return None
    return looks.as_first_look(max(one.p, other.p)) if one.mean * other.mean < 0 else 1.0


def _trained(data: StudyData, pairing: Pairing) -> Pairing:
    """Return the pairing with the pairs of which both runs finished and did not collapse."""
    sides = zip(pairing.pairs["arm_run"], pairing.pairs["reference_run"], strict=True)
    both = [data.trained_runs.issuperset(runs) for runs in sides]
    return replace(pairing, pairs=pairing.pairs[both])
