"""The report's tables, as text cells."""

from dataclasses import dataclass

import pandas as pd

from analysis.comparison import Comparison
from analysis.findings.arm_summary import MIN_SEEDS
from analysis.findings.contrast import Contrast
from analysis.findings.speed_up import SpeedUp
from analysis.wording import number_format as fmt
from analysis.wording.contrasts import ratio_text
from trainables.record import STAGES


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of text: one header, rows of the same length, the first column a label."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def arms_table(comparison: Comparison) -> Table:
    """Return how each arm's confirmation went."""
    level = fmt.level(comparison.evidence.settings.confidence)
    units = "searches" if comparison.evidence.settings.num_repeats > 1 else "seeds"
    return Table(
        header=(
            "arm",
            "network",
            "finished",
            "test",
            f"{level} over {units}",
            "val",
            "seconds",
            "body passes",
        ),
        rows=tuple(
            (
                row["arm"] if pd.isna(row["architecture"]) else f"{row['arm']} within {row['architecture']}",
                row["winner_architecture"],
                _finished(row),
                fmt.fraction(row["test_mean"]),
                _arm_interval(row),
                fmt.fraction(row["val_mean"]),
                fmt.seconds(row["cost_seconds_mean"]),
                fmt.count(row["body_passes_mean"]),
            )
            for _, row in comparison.arms.iterrows()
        ),
    )


def found_cells(comparison: Comparison) -> Table:
    """Return what each of several searches of an arm found, and how its winner did."""
    return Table(
        header=(
            "arm",
            "search",
            "network",
            "trial",
            "settings",
            "finished",
            "test",
            "sd of seeds",
            "val",
            "search s",
        ),
        rows=tuple(
            (
                row["arm"],
                str(row["repeat"]),
                row["architecture"],
                row["trial"],
                row["settings"],
                f"{row['num_finished']} of {row['num_runs']}",
                fmt.fraction(row["test_mean"]),
                fmt.fraction(row["test_sd"]),
                fmt.fraction(row["val_mean"]),
                fmt.seconds(row["search_seconds"]),
            )
            for _, row in comparison.found.iterrows()
        ),
    )


def differences_table(comparison: Comparison) -> Table:
    """Return the final differences of every contrast with pairs, the ways of making an interval side by side."""
    units = "searches" if comparison.evidence.settings.num_repeats > 1 else "seeds"
    return Table(
        header=(
            "arm \N{MINUS SIGN} reference",
            "test",
            f"{units} and images",
            f"{units} alone",
            "simultaneous",
            "adjusted",
            "val",
        ),
        rows=tuple(
            _difference_row(contrast) for contrast in comparison.contrasts if contrast.finals.num_pairs
        ),
    )


def times_table(comparison: Comparison) -> Table:
    """Return the time to target, for the reference's level and for every accuracy fixed beforehand."""
    rows = []
    for contrast in comparison.contrasts:
        if contrast.level is not None:
            rows.append(_time_row(contrast, contrast.level, "level of reference"))
        if contrast.level_at_cycle_ends is not None:
            rows.append(_time_row(contrast, contrast.level_at_cycle_ends, "the same, at cycle ends"))
        rows += [_time_row(contrast, one, fmt.fraction(one.target)) for one in contrast.grid]
    header = (
        "arm / reference",
        "target",
        "reached",
        "seconds",
        "longest run",
        "times as fast",
        "search included",
    )
    return Table(header=header, rows=tuple(rows))


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


def spent_table(comparison: Comparison) -> Table:
    """Return what every arm was given and used: runs, epochs, image passes, seconds, money."""
    priced = comparison.evidence.settings.cost_per_hour is not None
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
    priced = comparison.evidence.settings.cost_per_hour is not None
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
    """Return the share of slots x wall time in which no trial worked."""
    priced = comparison.evidence.settings.cost_per_hour is not None
    header = ("stage", "wall seconds", "slots \N{MULTIPLICATION SIGN} wall", "at work", "overhead")
    rows = [
        (
            row["stage"],
            fmt.seconds(row["wall_seconds"]),
            fmt.seconds(row["slot_seconds"]),
            fmt.seconds(row["busy_seconds"]),
            fmt.percent(row["overhead_fraction"]),
            *((fmt.money(row["wall_money"]),) if priced else ()),
        )
        for _, row in comparison.overhead.iterrows()
    ]
    return Table(header=(*header, "cost") if priced else header, rows=tuple(rows))


def contrast_label(contrast: Contrast) -> str:
    """Return a short name of a contrast."""
    pairing = contrast.pairing
    within = "" if pairing.architecture is None else f" ({pairing.architecture})"
    return f"{pairing.arm} \N{MINUS SIGN} {pairing.reference}{within}"


def _finished(row: pd.Series) -> str:
    collapsed = f", {row['num_collapsed']} collapsed" if row["num_collapsed"] else ""
    return f"{row['num_finished']} of {row['num_runs']}{collapsed}"


def _arm_interval(row: pd.Series) -> str:
    if 0 < row["num_measured"] < MIN_SEEDS:
        return f"under {MIN_SEEDS} seeds"
    return fmt.interval((row["test_low"], row["test_high"]), fmt.fraction)


def _difference_row(contrast: Contrast) -> tuple[str, ...]:
    finals, question = contrast.finals, contrast.final_question
    headline, combined, test, val = finals.headline, finals.test_combined, finals.test, finals.val
    return (
        contrast_label(contrast),
        fmt.difference(None if headline is None else headline.mean),
        fmt.difference_interval(None if combined is None else (combined.low, combined.high)),
        fmt.difference_interval(None if test is None else (test.low, test.high)),
        fmt.difference_interval(question.simultaneous),
        fmt.p_value(question.adjusted_p),
        fmt.difference(None if val is None else val.mean),
    )


def _time_row(contrast: Contrast, one: SpeedUp, target: str) -> tuple[str, ...]:
    return (
        contrast_label(contrast).replace("\N{MINUS SIGN}", "/"),
        target,
        f"{one.reached_arm} / {one.reached_reference} of {one.num_pairs}",
        f"{fmt.seconds(one.arm_seconds)} / {fmt.seconds(one.reference_seconds)}",
        fmt.seconds(one.longest_seconds),
        "under half reached in both" if one.ratio is None else ratio_text(one.ratio),
        fmt.ratio(one.ratio_with_search),
    )
