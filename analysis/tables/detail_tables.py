"""The report's tables of what the confirmed models are like, as text cells."""

from collections.abc import Iterator

import pandas as pd

from analysis.comparison import Comparison
from analysis.findings.details import MEASURES
from analysis.findings.inference_variants import LAST, WAYS
from analysis.tables.table import Table
from analysis.wording import number_format as fmt
from trainables.objectives import MEASURES as SCORE_MEASURES

_HEADERS = dict(
    zip(
        MEASURES,
        (
            "top-1",
            "balanced",
            "macro F1",
            "macro AUROC",
            "mean AP",
            "specificity",
            "log loss",
            "calibration",
        ),
        strict=True,
    )
)
_WAYS = dict(zip(WAYS, ("last model", "views", "ensemble", "average"), strict=True))


def details_table(comparison: Comparison) -> Table:
    """Return one row for each confirmed configuration: its measures on the test split."""
    measured = set(comparison.details["measure"])
    headers = {name: title for name, title in _HEADERS.items() if name in measured}
    rows = []
    for label, of_arm in _by_configuration(comparison.details):
        found = _keyed(of_arm, "measure")
        num_runs = fmt.count(of_arm["num_runs"].max())
        rows.append((label, num_runs, *(_measure(found.get(name)) for name in headers)))
    return Table(header=("arm", "seeds", *headers.values()), rows=tuple(rows))


def by_class_cells(comparison: Comparison) -> Table:
    """Return one row for each arm and class: its measures with intervals over seeds and images."""
    rows = []
    for (arm, _), of_class in comparison.by_class.groupby(["arm", "class_index"], sort=False):
        found, first = _keyed(of_class, "measure"), of_class.iloc[0]
        cells = (_interval(found.get(name)) for name in SCORE_MEASURES)
        rows.append((str(arm), first["class_name"], fmt.count(first["images"]), *cells))
    titles = (measure.words_of_one for measure in SCORE_MEASURES.values())
    return Table(header=("arm", "class", "images", *titles), rows=tuple(rows))


def classes_table(comparison: Comparison) -> Table:
    """Return one row for each confirmed configuration: its worst and its best class."""
    return Table(
        header=("arm", "worst class", "its recall", "best class", "its recall"),
        rows=tuple(
            (
                _label(row["arm"], row["architecture"]),
                row["worst_class"],
                fmt.fraction(row["worst_recall"]),
                row["best_class"],
                fmt.fraction(row["best_recall"]),
            )
            for _, row in comparison.extreme_recalls.iterrows()
        ),
    )


def ways_table(comparison: Comparison) -> Table:
    """Return one row for each confirmed configuration and way of predicting."""
    header = ("arm", "predicts by", "seeds", "test", "to the last", "log loss", "to the last")
    rows = []
    for label, of_arm in _by_configuration(comparison.inference_variants):
        for way, of_way in of_arm.groupby("way", sort=False):
            found = _keyed(of_way, "measure")
            cells = (cell for measure in ("objective", "loss") for cell in _way_cells(found.get(measure)))
            num_runs = fmt.count(of_way["num_runs"].max())
            rows.append((label if way == LAST else "", _WAYS[str(way)], num_runs, *cells))
    return Table(header=header, rows=tuple(rows))


def brief_ways_table(comparison: Comparison) -> Table:
    """Return one row for each confirmed configuration: the last model's test objective, the others' differences."""
    further = comparison.inference_variants[comparison.inference_variants["measure"] == "objective"]
    others = [way for way in WAYS if way != LAST and (further["way"] == way).any()]
    rows = []
    for label, of_arm in _by_configuration(further):
        found = _keyed(of_arm, "way")
        mean, _ = _way_cells(found.get(LAST))
        rows.append((label, mean, *(_way_cells(found.get(way))[1] for way in others)))
    return Table(header=("arm", _WAYS[LAST], *(_WAYS[way] for way in others)), rows=tuple(rows))


def unfreezing_cells(comparison: Comparison) -> Table:
    """Return one row for each arm and phase that begins with unfreezing."""
    return Table(
        header=("arm", "phase", "runs", "just before", "an epoch later", "change"),
        rows=tuple(
            (
                row["arm"],
                row["phase"],
                f"{row['num_runs']} ({'search' if row['stage'] == 'search' else 'confirmation'})",
                fmt.fraction(row["before"]),
                fmt.fraction(row["after"]),
                fmt.difference(row["change"]),
            )
            for _, row in comparison.unfreezing.iterrows()
        ),
    )


def _by_configuration(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    for (arm, architecture), rows in table.groupby(["arm", "architecture"], sort=False, dropna=False):
        yield _label(arm, architecture), rows


def _label(arm: object, architecture: object) -> str:
    return f"{arm} within {architecture}" if isinstance(architecture, str) else str(arm)


def _keyed(table: pd.DataFrame, column: str) -> dict[str, pd.Series]:
    return {row[column]: row for _, row in table.iterrows()}


def _measure(row: pd.Series | None) -> str:
    if row is None:
        return fmt.MISSING
    return fmt.plus_minus(row["mean"], (row["low"], row["high"]), fmt.fraction)


def _interval(row: pd.Series | None) -> str:
    if row is None:
        return fmt.MISSING
    mean = fmt.fraction(row["mean"])
    if pd.isna(row["low"]):
        return mean
    return f"{mean} ({fmt.interval((max(row['low'], 0.0), min(row['high'], 1.0)), fmt.fraction)})"


def _way_cells(row: pd.Series | None) -> tuple[str, str]:
    if row is None:
        return fmt.MISSING, fmt.MISSING
    difference = fmt.plus_minus(row["difference"], (row["low"], row["high"]), fmt.difference)
    return fmt.fraction(row["mean"]), difference
