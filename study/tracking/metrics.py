"""The metric keys that MLflow gets: all of them, in one place. Everything else is in records.parquet."""

from collections.abc import Mapping
from typing import Any

from trainables.record import nested

EPOCH_METRICS: Mapping[str, str] = {
    "train/loss": "train_loss",
    "train/objective": "train_objective",
    "val/loss": "val_loss",
    "val/accuracy": "val_accuracy",
    "val/balanced_accuracy": "val_balanced_accuracy",
    "val/objective": "val_objective",
    "objective": "objective",
    "cost_seconds": "cost_seconds",
    "seconds/range_test": "range_test_seconds",
    "seconds/features": "features_seconds",
    "seconds/training": "training_seconds",
    "seconds/validation": "validation_seconds",
    "images_per_second": "images_per_second",
    "test/loss": "test_loss",
    "test/objective": "test_objective",
}
"""Metric key to the field of `EpochRecord` that it shows; the step is the epoch."""

RATE_METRICS = ("lr/head", "lr/stem")
SUMMARY_METRICS = ("final_objective", "best_objective")
ALL_METRICS = (*EPOCH_METRICS, *RATE_METRICS, *SUMMARY_METRICS)


def epoch_metrics(row: Mapping[str, Any]) -> dict[str, float]:
    """Return what MLflow gets of one epoch: real measurements only, a missing one is left out.

    Args:
        row: A row of the journal, see `trainables.record.to_row`.
    """
    values = {key: row.get(name) for key, name in EPOCH_METRICS.items()}
    metrics = {key: float(value) for key, value in values.items() if value is not None}
    rates = list(nested(row, "rates").values())
    if rates:
        metrics |= {"lr/head": rates[-1], "lr/stem": rates[0]}
    return metrics


def summary_metrics(row: Mapping[str, Any], best: float | None) -> dict[str, float]:
    """Return a run's summary metrics, those that exist.

    Args:
        row: The run's last row.
        best: Its best judged validation objective; None where there was none.
    """
    summary = {
        "final_objective": row["objective"] if row["status"] == "finished" else None,
        "best_objective": best,
    }
    return {key: value for key, value in summary.items() if value is not None}
