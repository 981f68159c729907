"""The report's tables of what was spent: runs, image passes, seconds, money, overhead."""

from analysis.comparison import Comparison
from analysis.tables.table import Table
from analysis.wording import number_format as fmt
from trainables.record import STAGES


def spent_table(comparison: Comparison) -> Table:
    """Return what every arm was given and used: runs, epochs, image passes, seconds, money."""
    priced = comparison.data.settings.cost_per_hour is not None
    header = ("arm", "stage", "runs", "epochs", "body passes", "seconds")
    rows = [
        (
            row["arm"],
            row["stage"],
            fmt.count(row["num_runs"]),
            fmt.count(row["num_epochs"]),
            fmt.count(row["body_passes"]),
            fmt.seconds(row["cost_seconds"]),
            *((fmt.money(row["cost_money"]),) if priced else ()),
        )
        for _, row in comparison.ledger.iterrows()
    ]
    return Table(header=(*header, "cost") if priced else header, rows=tuple(rows))


def used_table(comparison: Comparison) -> Table:
    """Return what every arm used in all, and its seconds by stage: one row an arm."""
    ledger = comparison.ledger
    priced = comparison.data.settings.cost_per_hour is not None
    stages = tuple(stage for stage in STAGES if (ledger["stage"] == stage).any())
    header = ("arm", "runs", "epochs", "body passes", *(f"{stage} s" for stage in stages), "all s")
    rows = []
    for arm, of_arm in ledger.groupby("arm", sort=False):
        total, seconds = of_arm.sum(numeric_only=True), of_arm.set_index("stage")["cost_seconds"]
        rows.append(
            (
                str(arm),
                fmt.count(total["num_runs"]),
                fmt.count(total["num_epochs"]),
                fmt.count(total["body_passes"]),
                *(fmt.seconds(seconds.get(stage)) for stage in stages),
                fmt.seconds(total["cost_seconds"]),
                *((fmt.money(of_arm["cost_money"].sum(skipna=False)),) if priced else ()),
            )
        )
    return Table(header=(*header, "cost") if priced else header, rows=tuple(rows))


def ledger_table(comparison: Comparison) -> Table:
    """Return where each arm's time went."""
    columns = ("range_test", "features", "training", "validation", "waiting", "shared")
    return Table(
        header=("arm", "stage", *(name.replace("_", " ") for name in columns)),
        rows=tuple(
            (row["arm"], row["stage"], *(fmt.seconds(row[f"{name}_seconds"]) for name in columns))
            for _, row in comparison.ledger.iterrows()
        ),
    )


def overhead_table(comparison: Comparison) -> Table:
    """Return the share of concurrent trials x wall time in which no trial worked."""
    priced = comparison.data.settings.cost_per_hour is not None
    header = (
        "stage",
        "wall seconds",
        "concurrent trials \N{MULTIPLICATION SIGN} wall",
        "at work",
        "overhead",
    )
    rows = [
        (
            row["stage"],
            fmt.seconds(row["wall_seconds"]),
            fmt.seconds(row["trial_seconds"]),
            fmt.seconds(row["busy_seconds"]),
            fmt.percent(row["overhead_fraction"]),
            *((fmt.money(row["wall_money"]),) if priced else ()),
        )
        for _, row in comparison.overhead.iterrows()
    ]
    return Table(header=(*header, "cost") if priced else header, rows=tuple(rows))
