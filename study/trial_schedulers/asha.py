"""Asynchronous successive halving: at each rung the best fraction of those that have come to it goes on."""

from collections.abc import Sequence

import numpy as np

from study.trial_schedulers.base import CONTINUE, Decision, TrialHistory, TrialScheduler


class Asha(TrialScheduler):
    """Stops a trial that is not among the best one in `reduction_factor` of those that have come to a rung.

    A trial comes to a rung with its first judged epoch at or after it, and is compared there alone: with the peers that
    were judged between the rung and as many epochs. Those that come first find nobody and go on.

    Source: asynchronous successive halving, Li et al., "A System for Massively Parallel Hyperparameter Tuning", 2020.

    Attributes:
        rungs: Epochs at which trials are compared.
    """

    def __init__(self, *, max_epochs: int, grace_period: int = 1, reduction_factor: int = 3) -> None:
        """Place the rungs.

        Args:
            max_epochs: Epochs of a trial that is not stopped.
            grace_period: The first rung, in epochs.
            reduction_factor: One trial in so many goes on at a rung, and the next rung is so many times as far.
        """
        self.rungs = rungs(max_epochs, grace_period=grace_period, factor=reduction_factor)
        self._factor = reduction_factor

    def decide(self, trial: TrialHistory, peers: Sequence[TrialHistory]) -> Decision:
        """Return whether the trial falls out at the rung that it has just come to."""
        epoch, value = trial.judged[-1]
        before = trial.judged[-2][0] if len(trial.judged) > 1 else 0
        reached = [rung for rung in self.rungs if before < rung <= epoch]
        if not reached:
            return CONTINUE
        rung = max(reached)
        values = [found for peer in peers if (found := peer.value_at(epoch, since=rung)) is not None]
        if len(values) < self._factor:
            return CONTINUE
        least = float(np.quantile(values, 1 - 1 / self._factor))
        if value >= least:
            return CONTINUE
        return Decision(
            stop=True,
            why=f"{value:.4g} is below {least:.4g} at the rung of {rung} epochs, with {len(values)} others there",
        )


def rungs(max_epochs: int, *, grace_period: int, factor: int) -> tuple[int, ...]:
    """Return the epochs at which trials are compared: `grace_period` times powers of `factor`, below `max_epochs`."""
    found, rung = [], grace_period
    while rung < max_epochs:
        found.append(rung)
        rung *= factor
    return tuple(found)
