"""Which search trials are stopped early: rules of judged values alone, so that the journal has all their state."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Literal

import numpy as np

TrialScheduler = Literal["none", "median_stopping", "asha"]

Judged = Sequence[tuple[int, float]]
"""Epoch and validation objective of a run's judged epochs, in order."""

Rule = Callable[[Judged, Collection[Judged]], bool]
"""Whether a run is stopped at its last judged epoch, given those of the other runs of its arm."""

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


def at_or_before(others: Collection[Judged], epoch: int) -> list[float]:
    """Return each run's value at its last judged epoch that is not after `epoch`; runs without one are left out."""
    known = ([value for at, value in judged if at <= epoch] for judged in others)
    return [values[-1] for values in known if values]


def falls_behind_median(own: Judged, others: Collection[Judged], *, grace_period: int) -> bool:
    """Whether a run is below the median of the others as they were after as many epochs.

    Source: the median stopping rule of Golovin et al., "Google Vizier", 2017; here the others count with their last
    judged value instead of their running average, because values within a cycle of the rate are not comparable.
    """
    epoch, value = own[-1]
    values = at_or_before(others, epoch)
    return epoch >= grace_period and len(values) >= MIN_OTHERS and value < float(np.median(values))


def rungs(max_epochs: int, *, grace_period: int, factor: int) -> tuple[int, ...]:
    """Return the epochs at which runs are compared: `grace_period` times powers of `factor`, below `max_epochs`."""
    found, rung = [], grace_period
    while rung < max_epochs:
        found.append(rung)
        rung *= factor
    return tuple(found)


def falls_out_at_rung(own: Judged, others: Collection[Judged], *, rungs: Sequence[int], factor: int) -> bool:
    """Whether a run is not among the best one in `factor` at a rung that it has just reached.

    A run reaches a rung with its first judged epoch at or after it, and is compared with what the others had after as
    many epochs; it is never stopped between rungs. Those that come first find nobody to be compared with and go on.

    Source: asynchronous successive halving, Li et al., "A System for Massively Parallel Hyperparameter Tuning", 2020.
    """
    epoch, value = own[-1]
    before = own[-2][0] if len(own) > 1 else 0
    if not any(before < rung <= epoch for rung in rungs):
        return False
    values = at_or_before(others, epoch)
    return len(values) >= factor and value < float(np.quantile(values, 1 - 1 / factor))
