"""The report's tables of the confirmation: arms, searches, final differences, times to target."""

import pandas as pd

from analysis.comparison import Comparison
from analysis.findings.arm_summary import MIN_SEEDS
from analysis.findings.contrasts.contrast import Contrast
from analysis.findings.contrasts.speed_up import SpeedUp
from analysis.findings.searches import units_word
from analysis.tables.table import Table, contrast_label
from analysis.wording import number_format as fmt
from analysis.wording.time_to_target import ratio_text


def arms_table(comparison: Comparison) -> Table:
    """Return how each arm's confirmation went."""
    level = fmt.level(comparison.data.settings.confidence)
    units = units_word(comparison.data)
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
    units = units_word(comparison.data)
    return Table(
        header=(
            "arm \N{MINUS SIGN} reference",
            "test",
            f"{units} and images",
            f"{units} alone",
            "as judged",
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


def _finished(row: pd.Series) -> str:
    collapsed = f", {row['num_collapsed']} collapsed" if row["num_collapsed"] else ""
    return f"{row['num_finished']} of {row['num_runs']}{collapsed}"


def _arm_interval(row: pd.Series) -> str:
    if 0 < row["num_measured"] < MIN_SEEDS:
        return f"under {MIN_SEEDS} seeds"
    return fmt.interval((row["test_low"], row["test_high"]), fmt.fraction)


def _difference_row(contrast: Contrast) -> tuple[str, ...]:
    finals, result = contrast.finals, contrast.final_result
    headline, combined, test, val = finals.headline, finals.test_combined, finals.test, finals.val
    return (
        contrast_label(contrast),
        fmt.difference(None if headline is None else headline.mean),
        fmt.difference_interval(None if combined is None else (combined.low, combined.high)),
        fmt.difference_interval(None if test is None else (test.low, test.high)),
        fmt.difference_interval(result.interval),
        fmt.p_value(result.adjusted_p),
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
