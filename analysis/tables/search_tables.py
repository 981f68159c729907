"""The report's tables of the search: trials by arm and network, and the best of them."""

from analysis.comparison import Comparison
from analysis.tables.table import Table
from analysis.wording import number_format as fmt


def search_table(comparison: Comparison) -> Table:
    """Return what the search found."""
    return Table(
        header=(
            "arm",
            "network",
            "trials",
            "finished",
            "stopped",
            "diverged",
            "no memory",
            "failed",
            "skipped",
            "best val",
        ),
        rows=tuple(
            (
                row["arm"],
                row["architecture"],
                fmt.count(row["num_trials"]),
                fmt.count(row["num_finished"]),
                fmt.count(row["num_stopped"]),
                fmt.count(row["num_diverged"]),
                fmt.count(row["num_out_of_memory"]),
                fmt.count(row["num_failed"]),
                fmt.count(row["num_duplicates"]),
                fmt.fraction(row["best_objective"]),
            )
            for _, row in comparison.search.iterrows()
        ),
    )


def winners_table(comparison: Comparison) -> Table:
    """Return the best configuration that each arm's search found, in the fields that it varied."""
    found = comparison.search.dropna(subset=["best_run"])
    return Table(
        header=("arm", "network", "best trial", "configuration"),
        rows=tuple(
            (row["arm"], row["architecture"], row["best_run"], row["best_config"] or "nothing was varied")
            for _, row in found.iterrows()
        ),
    )
