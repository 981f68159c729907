"""The ratio of two arms' restricted times to a target, with a jackknife that makes the targets anew."""

from collections.abc import Mapping

import numpy as np

from analysis.statistics.ratio import Ratio, jackknifed_ratio
from analysis.statistics.time_to_target import (
    Outcome,
    leave_one_out_targets,
    longest_end,
    most_epochs,
    restricted_seconds,
)


def targets_without_each(finals: np.ndarray, units: np.ndarray | None = None) -> np.ndarray:
    """Return the pairs' targets: those of all pairs, then those without each unit, whose pairs' own are NaN.

    Args:
        finals: The reference's final value in each pair; NaN where there is none.
        units: Which unit each pair belongs to, a search or itself; None where each is one of its own.

    Returns:
        Shape (1 + units, pairs).
    """
    numbers = np.arange(len(finals)) if units is None else units
    left_out = left_out_pairs(numbers)
    targets = leave_one_out_targets(np.where(left_out, np.nan, finals), numbers)
    return np.where(left_out, np.nan, targets)


def left_out_pairs(units: np.ndarray) -> np.ndarray:
    """Return which pairs each row of targets leaves out, shape (1 + units, pairs): none, then each unit's."""
    each = np.unique(units)[:, None] == units[None, :]
    return np.vstack([np.zeros(len(units), dtype=bool), each])


def restricted_times(outcomes: Mapping[str, list[Outcome]], targets: np.ndarray) -> dict[str, np.ndarray]:
    """Return each side's restricted times, of the shape of the targets: any number of rows, a column for each pair."""
    everyone = [*outcomes["arm"], *outcomes["reference"]]
    longest, num_epochs = longest_end(everyone), most_epochs(everyone)
    return {
        side: np.array(
            [
                restricted_seconds(one, of_pair, longest=longest, num_epochs=num_epochs)
                for one, of_pair in zip(of_side, targets.T, strict=True)
            ]
        ).T
        for side, of_side in outcomes.items()
    }


def restricted_ratio(
    restricted: Mapping[str, np.ndarray], *, confidence: float, units: np.ndarray | None = None
) -> Ratio | None:
    """Return the ratio of restricted times, reference / arm, with its interval; None where a time is not positive.

    Args:
        restricted: Of each side the times, shape (1 + pairs that set a target, pairs compared): to the targets, and to
            those without each unit; NaN where there is none.
        confidence: Level of the interval.
        units: Which unit each pair compared belongs to; None where each is one of its own.
    """
    reference, arm = restricted["reference"], restricted["arm"]
    if (reference <= 0).any() or (arm <= 0).any():
        return None
    logs = np.log(reference) - np.log(arm)
    logs = _means_by_unit(logs, np.arange(logs.shape[1]) if units is None else units)
    compared = ~np.isnan(logs)
    means = np.divide(
        np.where(compared, logs, 0.0).sum(axis=1),
        compared.sum(axis=1),
        out=np.full(len(logs), np.nan),
        where=compared.any(axis=1),
    )
    return jackknifed_ratio(logs[0].tolist(), means[1:].tolist(), confidence=confidence)


def _means_by_unit(logs: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Return the mean over each unit's pairs, shape (rows, units); NaN in rows that lack one of them."""
    return np.stack([logs[:, units == unit].mean(axis=1) for unit in np.unique(units)], axis=1)
