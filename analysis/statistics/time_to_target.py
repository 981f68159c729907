"""Time to a target within a budget (restricted time), and leave-one-out targets."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

TOLERANCE = 1e-9
"""A mean of equal accuracies may come out this much above them."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One run on its way to targets, whichever they are.

    Attributes:
        held: At each evaluation, the highest level that was reached by then, in ascending order: a level is reached at
            the first evaluation at or above it that holds at the next one, or is the last.
        seconds: The run's cost at the same evaluations.
        end_seconds: The run's cost at its end.
        num_epochs: Epochs that it completed: fewer than others where its recipe ends early.
        finished: Whether it ran to the end of its plan. One that diverged or failed counts as not
            reaching, whatever it had reached before.
    """

    held: np.ndarray
    seconds: np.ndarray
    end_seconds: float
    num_epochs: int
    finished: bool

    def reached_seconds(self, targets: np.ndarray) -> np.ndarray:
        """Return the cost at which the run reached each of the targets; NaN where it did not."""
        if not self.finished or not len(self.held):
            return np.full(len(targets), np.nan)
        at = np.searchsorted(self.held, targets - TOLERANCE)
        return np.append(self.seconds, np.nan)[at]


def outcome(
    values: np.ndarray, seconds: np.ndarray, *, end_seconds: float, num_epochs: int, finished: bool
) -> Outcome:
    """Return the way of one run from the objective at its evaluations, and its cost at them, in order.

    Runs are evaluated at the end of every epoch, in all arms.
    """
    with_next = np.minimum(values[:-1], values[1:])
    return Outcome(
        held=np.maximum.accumulate(np.append(with_next, values[-1:])),
        seconds=seconds,
        end_seconds=end_seconds,
        num_epochs=num_epochs,
        finished=finished,
    )


def leave_one_out_targets(finals: np.ndarray, units: np.ndarray | None = None) -> np.ndarray:
    """Return the target of every pair: the reference's mean final value over the other pairs' seeds.

    The pair's own reference run is left out, so that no run is held to a target that it set itself. Where pairs of
    seeds come in units, those of one search, all runs of the own unit are left out.

    Args:
        finals: The reference's final value in each pair, shape (..., pairs); NaN where that run did not finish.
        units: Which unit each pair belongs to, shape (pairs,); None where each is one of its own.

    Returns:
        Of the same shape; NaN for a pair of which no other has a final value.
    """
    size = finals.shape[-1]
    numbers = np.arange(size) if units is None else units
    others = (numbers[:, None] != numbers[None, :]).astype(
        float
    )  # symmetric: row i has what counts for pair i
    known = ~np.isnan(finals)
    sums = np.where(known, finals, 0.0) @ others
    counts = known.astype(float) @ others
    targets: np.ndarray = np.divide(sums, counts, out=np.full(finals.shape, np.nan), where=counts > 0)
    return targets


def longest_end(outcomes: Sequence[Outcome]) -> float:
    """Return the longest run's end: what the budget of epochs takes at most."""
    return max(o.end_seconds for o in outcomes)


def most_epochs(outcomes: Sequence[Outcome]) -> int:
    """Return the epochs of the run that had the most: the budget of epochs, as far as any run used it."""
    return max(o.num_epochs for o in outcomes)


def restricted_seconds(
    outcome: Outcome, targets: np.ndarray, *, longest: float, num_epochs: int
) -> np.ndarray:
    """Return the time to each target within the budget of epochs, the horizon that all runs have in common.

    A run that finished without reaching counts with its own end, the least that it can have taken. Where its recipe
    ended it early, it counts with what the epochs that it left would have brought that to at its own pace: giving up
    soon is not reaching soon. A run that diverged or failed counts with the longest run's end.
    A horizon in seconds at the earliest end of a run that did not reach would cut off nearly all times where
    targets are reached late, and the ratio would then say where that one run ended.

    Args:
        outcome: The run's way.
        targets: The objectives to be reached; where one is NaN, so is its time.
        longest: The end of the longest run compared, in seconds.
        num_epochs: Epochs of the compared run that had the most.
    """
    stretched = max(1.0, num_epochs / outcome.num_epochs) if outcome.num_epochs else 1.0
    end = outcome.end_seconds * stretched if outcome.finished else longest
    reached = outcome.reached_seconds(targets)
    seconds: np.ndarray = np.where(np.isnan(reached), end, reached)
    return np.where(np.isnan(targets), np.nan, seconds)
