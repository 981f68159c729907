"""Median stopping: a trial ends where it is below the median of its peers after as many epochs."""

from collections.abc import Sequence

import numpy as np

from study.trial_schedulers.base import CONTINUE, Decision, TrialHistory, TrialScheduler

MIN_PEERS = 3
"""Trials that one is compared with at least: the middle of fewer says too little."""


class MedianStopping(TrialScheduler):
    """Stops a trial below the median of its peers as they were after as many epochs.

    Peers that ended before, such as those that were stopped, do not count: what is compared with the worst looks good.

    Source: the median stopping rule of Golovin et al., "Google Vizier", 2017; here the peers count with their last
    judged value instead of their running average, because values within a cycle of the rate are not comparable.
    """

    def __init__(self, *, grace_period: int = 1) -> None:
        """Make it.

        Args:
            grace_period: Epochs before which no trial is stopped.
        """
        self._grace_period = grace_period

    def decide(self, trial: TrialHistory, peers: Sequence[TrialHistory]) -> Decision:
        """Return whether the trial is behind."""
        epoch, value = trial.judged[-1]
        there = (peer for peer in peers if peer.num_epochs is None or peer.num_epochs >= epoch)
        values = [found for peer in there if (found := peer.value_at(epoch)) is not None]
        if epoch < self._grace_period or len(values) < MIN_PEERS:
            return CONTINUE
        middle = float(np.median(values))
        if value >= middle:
            return CONTINUE
        return Decision(
            stop=True, why=f"{value:.4g} is below {middle:.4g}, the median of {len(values)} others"
        )
