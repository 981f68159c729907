"""When a run reached a target, and which target a pair of runs is held to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

TOLERANCE = 1e-9
"""A mean of equal accuracies may come out this much above them."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one run's way to a target.

    Attributes:
        reached_seconds: The run's cost when it reached the target; None if it did not.
        end_seconds: The run's cost at its end.
        num_epochs: Epochs that it completed: fewer than others where its recipe ends early.
        finished: Whether it ran to the end of its plan. One that diverged or failed counts as not
            reaching, whatever it had reached before.
    """

    reached_seconds: float | None
    end_seconds: float
    num_epochs: int
    finished: bool


def seconds_to_target(values: Sequence[float], seconds: Sequence[float], *, target: float) -> float | None:
    """Return the cost at which a finished run reached a target, None if it did not.

    Reached is the first evaluation at or above the target that holds at the next one, or is the last. Runs
    are evaluated at the end of every epoch, in all arms.

    Args:
        values: The objective at every evaluation of the run, in order.
        seconds: The run's cost at the same evaluations.
        target: The objective to be reached.
    """
    above = [value >= target - TOLERANCE for value in values]
    for index, here in enumerate(above):
        if here and all(above[index + 1 : index + 2]):
            return float(seconds[index])
    return None


def leave_one_out_targets(
    finals: Sequence[float], units: Sequence[int] | None = None
) -> tuple[float | None, ...]:
    """Return the target of every pair: the reference's mean final value over the other pairs' seeds.

    The pair's own reference run is left out, so that no run is held to a target that it set itself. Where pairs of
    seeds come in units, those of one search, all runs of the own unit are left out.

    Args:
        finals: The reference's final value in each pair; NaN where that run did not finish.
        units: Which unit each pair belongs to; None where each is one of its own.

    Returns:
        None for a pair of which no other has a final value.
    """
    values = np.asarray(finals, dtype=float)
    numbers = np.arange(len(values)) if units is None else np.asarray(units)
    targets: list[float | None] = []
    for own in numbers:
        others = values[numbers != own]
        known = others[~np.isnan(others)]
        targets.append(float(known.mean()) if len(known) else None)
    return tuple(targets)


def outcome(run: pd.Series, evaluations: pd.DataFrame, *, target: float) -> Outcome:
    """Return what became of one run, a row of the run table with its evaluations."""
    finished = run["status"] == "finished"
    reached = seconds_to_target(evaluations["value"].tolist(), evaluations["seconds"].tolist(), target=target)
    return Outcome(
        reached_seconds=reached if finished else None,
        end_seconds=float(run["cost_seconds"]),
        num_epochs=int(run["num_epochs"]),
        finished=finished,
    )


def longest_end(outcomes: Sequence[Outcome]) -> float:
    """Return the longest run's end: what the budget of epochs takes at most."""
    return max(o.end_seconds for o in outcomes)


def most_epochs(outcomes: Sequence[Outcome]) -> int:
    """Return the epochs of the run that had the most: the budget of epochs, as far as any run used it."""
    return max(o.num_epochs for o in outcomes)


def restricted_seconds(outcome: Outcome, *, longest: float, num_epochs: int) -> float:
    """Return the time to target within the budget of epochs, the horizon that all runs have in common.

    A run that finished without reaching counts with its own end, the least that it can have taken: so a bound
    "at least so many times as fast" stays one. Where its recipe ended it early, it counts with what the epochs
    that it left would have brought that to at its own pace: giving up soon is not reaching soon. A run that
    diverged or failed counts with the longest run's end.
    A horizon in seconds at the earliest end of a run that did not reach would cut off nearly all times where
    targets are reached late, and the ratio would then say where that one run ended.

    Args:
        outcome: What became of the run.
        longest: The end of the longest run compared, in seconds.
        num_epochs: Epochs of the compared run that had the most.
    """
    if outcome.reached_seconds is not None:
        return outcome.reached_seconds
    if not outcome.finished:
        return longest
    return outcome.end_seconds * max(1.0, num_epochs / outcome.num_epochs)
