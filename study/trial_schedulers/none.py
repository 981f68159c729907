"""No stopping: every trial runs to its end."""

from collections.abc import Sequence

from study.trial_schedulers.base import CONTINUE, Decision, TrialHistory, TrialScheduler


class NoStopping(TrialScheduler):
    """Lets every trial go on."""

    never_stops = True

    def decide(self, trial: TrialHistory, peers: Sequence[TrialHistory]) -> Decision:
        """Return that the trial goes on."""
        return CONTINUE
