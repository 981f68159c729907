"""Table of the decision: each arm's chance of being the best, its mean and its price."""

from collections.abc import Mapping

from analysis.comparison import Comparison
from analysis.tables.table import Table
from analysis.wording import number_format as fmt
from analysis.wording.verdict import probability_words

_WHY: Mapping[str, str] = {
    "worse": "left out: worse than the reference",
    "lost": "left out: more lost runs than the reference",
    "none": "left out: no two runs that trained",
}


def probability_table(comparison: Comparison) -> Table:
    """Return one row an arm, the likeliest best first, then those left out; no rows without a decision."""
    decision = comparison.decision
    header = ("arm", "best with", "mean over common seeds", "seconds a run")
    if decision is None:
        return Table(header=header, rows=())
    ordered = sorted(decision.probability_best, key=lambda arm: -decision.probability_best[arm])
    rows = [
        (
            arm,
            probability_words(decision.probability_best[arm]),
            fmt.fraction(decision.means[arm]),
            fmt.seconds(decision.cost_seconds[arm]),
        )
        for arm in ordered
    ]
    rows += [
        (arm, _WHY[why], fmt.MISSING, fmt.seconds(decision.cost_seconds.get(arm)))
        for arm, why in decision.left_out.items()
    ]
    return Table(header=header, rows=tuple(rows))


def loss_words(value: float) -> str:
    """Return an expected loss, never as nothing."""
    return "under 0.001" if value < 0.001 else fmt.fraction(value)
