"""The table of the arms at equal epochs, image passes and seconds."""

from analysis.comparison import Comparison
from analysis.findings.equal_budget import EqualBudget
from analysis.tables.report_tables import Table, contrast_label
from analysis.wording import number_format as fmt
from analysis.wording.equal_budgets import HELD_EQUAL


def equal_budget_table(comparison: Comparison) -> Table:
    """Return the differences of the validation objective at equal amounts, one row a contrast; no verdicts."""
    return Table(
        header=("arm \N{MINUS SIGN} reference, val", *(f"equal {name}" for name in HELD_EQUAL.values())),
        rows=tuple(
            (contrast_label(contrast), *(_difference(one) for one in contrast.equal))
            for contrast in comparison.contrasts
            if contrast.equal
        ),
    )


def _difference(one: EqualBudget) -> str:
    if one.estimate is None:
        return "no pair"
    text = fmt.plus_minus(one.estimate.mean, (one.estimate.low, one.estimate.high), fmt.difference)
    return f"{text} ({one.num_pairs - one.num_missing}/{one.num_pairs})" if one.num_missing else text
