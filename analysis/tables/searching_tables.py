"""The report's tables of what the search was worth: gains to come, steps of the ladder, what winners kept."""

from analysis.comparison import Comparison
from analysis.findings.searching.importances import MIN_TRIALS, may_tell
from analysis.tables.table import Table
from analysis.wording import number_format as fmt


def gains_table(comparison: Comparison) -> Table:
    """Return what so many further trials are expected to bring to each search's winner."""
    gains = comparison.expected_gains
    return Table(
        header=(
            "arm",
            "search",
            "trials made",
            "trials more",
            "expected gain",
            "interval",
            "chance of the margin",
        ),
        rows=tuple(
            (
                row["arm"],
                fmt.count(row["repeat"]),
                fmt.count(row["num_made"]),
                fmt.count(row["num_more"]),
                fmt.difference(row["mean"]),
                fmt.interval((row["low"], row["high"]), fmt.difference),
                fmt.percent(row["chance_of_worth"]),
            )
            for _, row in gains.iterrows()
        ),
    )


def kept_table(comparison: Comparison) -> Table:
    """Return what each winner promised, and what it kept."""
    return Table(
        header=(
            "arm",
            "winner",
            "search",
            "selection",
            "confirmed, val",
            "interval",
            "confirmed, test",
            "interval",
        ),
        rows=tuple(
            (
                row["arm"],
                row["trial"],
                fmt.fraction(row["search_value"]),
                fmt.fraction(row["selection_mean"]),
                fmt.fraction(row["val_mean"]),
                fmt.interval((row["val_low"], row["val_high"]), fmt.fraction),
                fmt.fraction(row["test_mean"]),
                fmt.interval((row["test_low"], row["test_high"]), fmt.fraction),
            )
            for _, row in comparison.winners_curse.iterrows()
        ),
    )


def ladder_cells(comparison: Comparison) -> Table:
    """Return what each step of the ladder adds."""
    return Table(
        header=("adds", "from", "to", "pairs", "difference", "interval", "p"),
        rows=tuple(
            (
                step.adds,
                f"{step.before} {fmt.fraction(step.means[0])}",
                f"{step.arm} {fmt.fraction(step.means[1])}",
                fmt.count(step.num_pairs),
                fmt.difference(step.estimate.mean),
                fmt.interval((step.estimate.low, step.estimate.high), fmt.difference),
                fmt.bare_p_value(step.adjusted_p),
            )
            for step in comparison.ladder
            if step.estimate is not None
        ),
    )


def importance_cells(comparison: Comparison) -> Table:
    """Return each setting's share, and the searches of which too few trials are known to say."""
    told = tuple(
        (
            row["arm"],
            row["setting"],
            fmt.count(row["num_trials"]),
            fmt.percent(row["share"]),
            fmt.interval((row["low"], row["high"]), fmt.percent),
        )
        for _, row in comparison.importances.iterrows()
    )
    too_few = tuple(
        (
            each.search.arm,
            f"not said of under {MIN_TRIALS} trials",
            fmt.count(each.search.num_valued),
            fmt.MISSING,
            fmt.MISSING,
        )
        for each in comparison.outlooks
        if len(each.search.space.axes) > 1 and not may_tell(each)
    )
    return Table(header=("arm", "setting", "trials", "share", "interval"), rows=told + too_few)
