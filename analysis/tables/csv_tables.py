"""The tables beside the report, as CSV that a spreadsheet opens without computing anything: plain numbers, or empty."""

import json
from typing import Any

import pandas as pd

from analysis.comparison import Comparison
from analysis.findings.contrasts.contrast import Contrast
from analysis.findings.contrasts.speed_up import SpeedUp
from analysis.findings.searching.ladder import ladder_table
from analysis.findings.searching.response_slices import slice_table
from analysis.statistics.estimate import Estimate
from analysis.statistics.ratio import Ratio

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide ones are meant
"""What a spreadsheet takes a cell for a formula at, the wide forms in some languages (OWASP, CSV injection)."""


def csv_tables(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Return the tables by the name of their file, without its ending."""
    return {
        "summary": summary_table(comparison),
        "time_to_target": time_to_target_table(comparison),
        "time_to_target_pairs": _pairs_table(comparison),
        "confirmations": comparison.confirmations,
        "details": comparison.details,
        "recalls": comparison.recalls,
        **({} if comparison.by_class.empty else {"by_class": comparison.by_class}),
        "further": comparison.inference_variants,
        "unfreezing": comparison.unfreezing,
        "search": comparison.trials,
        **({} if comparison.found.empty else {"searches": comparison.found}),
        **_searching(comparison),
        "ledger": comparison.ledger,
    }


def _searching(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Return what the search was worth and what drove it, as far as there is something to say."""
    tables = {
        "winners_curse": comparison.winners_curse,
        "ladder": ladder_table(comparison.ladder),
        "tuning_curves": comparison.tuning_curves,
        "expected_gains": comparison.expected_gains,
        "importances": comparison.importances,
        "response_lines": slice_table(comparison.response_lines),
        "response_planes": slice_table(comparison.response_planes),
    }
    return {name: table for name, table in tables.items() if len(table)}


def to_csv(table: pd.DataFrame) -> bytes:
    """Return a table in UTF-8. A text that a spreadsheet would compute has a `'` before it; numbers are as they are.

    What has parts, such as a configuration, is JSON.
    """
    cells = table.apply(lambda column: column.map(_cell) if _may_hold_text(column) else column)
    text: str = cells.to_csv(index=False)
    return text.encode()


def summary_table(comparison: Comparison) -> pd.DataFrame:
    """Return one row for each contrast and estimate of it."""
    rows = [row for contrast in comparison.contrasts for row in _summary_rows(contrast)]
    return pd.DataFrame(rows, columns=[*_NAMES, "measure", *_ESTIMATE, "adjusted_p", "detectable", "verdict"])


def time_to_target_table(comparison: Comparison) -> pd.DataFrame:
    """Return one row for each contrast and target; `kind` is "reference_level", the same "at_cycle_ends", or "grid"."""
    rows = []
    for contrast in comparison.contrasts:
        measured = [("grid", one) for one in contrast.grid]
        if contrast.level is not None:
            measured.insert(0, ("reference_level", contrast.level))
        if contrast.level_at_cycle_ends is not None:
            measured.insert(1, ("reference_level_at_cycle_ends", contrast.level_at_cycle_ends))
        rows += [_time_row(contrast, kind, one) for kind, one in measured]
    return pd.DataFrame(rows, columns=[*_NAMES, *_TIME, *_ratio_columns("ratio"), "with_search"])


_NAMES = ["arm", "reference", "architecture"]
_ESTIMATE = ["num_pairs", "mean", "low", "high", "confidence", "p", "method"]
_TIME = [
    "kind",
    "target",
    "num_pairs",
    "reached_arm",
    "reached_reference",
    "longest_seconds",
    "arm_seconds",
    "reference_seconds",
    "arm_search_seconds",
    "reference_search_seconds",
]


def _names(contrast: Contrast) -> dict[str, object]:
    pairing = contrast.pairing
    return {name: getattr(pairing, name) for name in _NAMES}


def _summary_rows(contrast: Contrast) -> list[dict[str, object]]:
    finals = contrast.finals
    measures = {
        "test": finals.test_combined,
        "test_seeds_alone": finals.test,
        "val": finals.val,
        **{name: measured.estimate for name, measured in contrast.listed.items()},
    }
    rows = [_estimate_row(contrast, measure, estimate) for measure, estimate in measures.items()]
    headline = rows[0] if finals.test_combined is not None else rows[1]
    headline["adjusted_p"] = contrast.final_result.adjusted_p
    headline["detectable"] = contrast.final_result.detectable
    headline["verdict"] = contrast.final_result.verdict
    return rows


def _estimate_row(contrast: Contrast, measure: str, estimate: Estimate | None) -> dict[str, object]:
    row = {**_names(contrast), "measure": measure}
    if estimate is not None:
        row |= {name: getattr(estimate, name) for name in _ESTIMATE}
    return row


def _time_row(contrast: Contrast, kind: str, one: SpeedUp) -> dict[str, object]:
    values = {name: getattr(one, name) for name in _TIME if name != "kind"}
    ratios = _ratio_cells("ratio", one.ratio) | {"with_search": one.ratio_with_search}
    return {**_names(contrast), "kind": kind, **values, **ratios}


def _ratio_columns(prefix: str) -> list[str]:
    return [prefix, f"{prefix}_low", f"{prefix}_high"]


def _ratio_cells(prefix: str, ratio: Ratio | None) -> dict[str, object]:
    cells = (None,) * 3 if ratio is None else (ratio.value, ratio.low, ratio.high)
    return dict(zip(_ratio_columns(prefix), cells, strict=True))


def _pairs_table(comparison: Comparison) -> pd.DataFrame:
    """Return the times behind the ratio to the reference's level, one row a pair."""
    tables = [
        contrast.level.times.assign(
            arm=contrast.pairing.arm,
            reference=contrast.pairing.reference,
            architecture=contrast.pairing.architecture,
        )
        for contrast in comparison.contrasts
        if contrast.level is not None
    ]
    sides = [f"{side}_{what}" for side in ("arm", "reference") for what in ("reached", "end", "restricted")]
    columns = [*_NAMES, "seed", "target", *sides]
    return pd.concat(tables)[columns] if tables else pd.DataFrame(columns=columns)


def _may_hold_text(column: "pd.Series[Any]") -> bool:
    return not pd.api.types.is_numeric_dtype(column.dtype)


def _cell(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value)
    if not isinstance(value, str):
        return value
    text = value.replace(
        "\r", r"\r"
    )  # Python's csv does not quote it, and readers take it for the end of a row
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
