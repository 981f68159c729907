"""Which search trials are stopped early: rules of judged values alone, so that the journal has all their state."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

TrialScheduler = Literal["none", "median_stopping", "asha"]

Judged = Sequence[tuple[int, float]]
"""Epoch and validation objective of a run's judged epochs, in order."""


@dataclass(frozen=True, kw_only=True)
class Peer:
    """Another run of the same arm.

    Attributes:
        judged: Its judged epochs.
        epochs: Epochs after which it ended; None while it runs.
    """

    judged: Judged
    epochs: int | None = None


Rule = Callable[[Judged, Collection[Peer]], bool]
"""Whether a run is stopped at its last judged epoch, given the other runs of its arm."""

MIN_OTHERS = 3
"""Runs that a run is compared with at least: the middle of fewer says too little."""


def stopping_rule(
    name: TrialScheduler, *, max_epochs: int, grace_period: int = 1, reduction_factor: int = 3
) -> Rule | None:
    """Return a rule by its name in the study file; None for "none".

    Args:
        name: "median_stopping" or "asha".
        max_epochs: Epochs of a run that is not stopped.
        grace_period: Epochs before which no run is stopped.
        reduction_factor: One run of so many goes on at a rung; "asha" only.
    """
    if name == "median_stopping":
        return partial(falls_behind_median, grace_period=grace_period)
    if name == "asha":
        return partial(
            falls_out_at_rung,
            rungs=rungs(max_epochs, grace_period=grace_period, factor=reduction_factor),
            factor=reduction_factor,
        )
    return None


def at_or_before(judged: Judged, epoch: int, *, since: int = 0) -> list[float]:
    """Return a run's value at its last judged epoch from `since` to `epoch`, in a list that is empty without one."""
    known = [value for at, value in judged if since <= at <= epoch]
    return known[-1:]


def falls_behind_median(own: Judged, others: Collection[Peer], *, grace_period: int) -> bool:
    """Whether a run is below the median of the others as they were after as many epochs.

    Runs that ended before, such as those that were stopped, do not count: what is compared with the worst looks good.

    Source: the median stopping rule of Golovin et al., "Google Vizier", 2017; here the others count with their last
    judged value instead of their running average, because values within a cycle of the rate are not comparable.
    """
    epoch, value = own[-1]
    there = (peer for peer in others if peer.epochs is None or peer.epochs >= epoch)
    values = [found for peer in there for found in at_or_before(peer.judged, epoch)]
    return epoch >= grace_period and len(values) >= MIN_OTHERS and value < float(np.median(values))


def rungs(max_epochs: int, *, grace_period: int, factor: int) -> tuple[int, ...]:
    """Return the epochs at which runs are compared: `grace_period` times powers of `factor`, below `max_epochs`."""
    found, rung = [], grace_period
    while rung < max_epochs:
        found.append(rung)
        rung *= factor
    return tuple(found)


def falls_out_at_rung(own: Judged, others: Collection[Peer], *, rungs: Sequence[int], factor: int) -> bool:
    """Whether a run is not among the best one in `factor` of those that have come to a rung, itself among them.

    A run comes to a rung with its first judged epoch at or after it, and is compared there alone: with the others that
    have been judged between the rung and as many epochs. Those that come first find nobody and go on.

    Source: asynchronous successive halving, Li et al., "A System for Massively Parallel Hyperparameter Tuning", 2020.
    """
    epoch, value = own[-1]
    before = own[-2][0] if len(own) > 1 else 0
    reached = [rung for rung in rungs if before < rung <= epoch]
    if not reached:
        return False
    values = [found for peer in others for found in at_or_before(peer.judged, epoch, since=max(reached))]
    return len(values) >= factor and value < float(np.quantile(values, 1 - 1 / factor))
