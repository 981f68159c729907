"""The base of trial schedulers: the judged epochs of a search trial and of its peers go in, a decision comes out."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

Judged = tuple[tuple[int, float], ...]
"""Epoch and validation objective of a trial's judged epochs, in order."""


@dataclass(frozen=True, kw_only=True)
class TrialHistory:
    """A search trial, as far as it was judged.

    Attributes:
        judged: Epoch, counted from 1, and validation objective, which is the better the higher, of its judged epochs.
        num_epochs: Epochs after which it ended; None while it runs.
    """

    judged: Judged = ()
    num_epochs: int | None = None

    def value_at(self, epoch: int, *, since: int = 0) -> float | None:
        """Return the value at the last judged epoch from `since` to `epoch`; None where there is none."""
        known = [value for at, value in self.judged if since <= at <= epoch]
        return known[-1] if known else None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Whether a trial ends at its last judged epoch.

    Attributes:
        stop: Whether it does.
        why: The reason, in words for the log; it may be empty where the trial goes on.
    """

    stop: bool
    why: str = ""


CONTINUE = Decision(stop=False)


class TrialScheduler(ABC):
    """Decides at every judged epoch of a search trial whether it goes on.

    It keeps nothing between two decisions: all that it may know is in its arguments, which a study that is resumed
    reads from its journal. Whoever asks records the decision and stops the trial.

    It is made with those of the keyword arguments of `study.trial_schedulers.registry.make_trial_scheduler` that its
    `__init__` names.

    Attributes:
        never_stops: Whether it lets every trial go on, so that nobody need ask it: at each judged epoch of ten thousand
            trials to list all the others takes minutes.
    """

    never_stops: ClassVar[bool] = False

    @abstractmethod
    def decide(self, trial: TrialHistory, peers: Sequence[TrialHistory]) -> Decision:
        """Return whether a trial ends at its last judged epoch, which is one that was not judged before.

        Args:
            trial: It; `judged` has one epoch at least.
            peers: The other trials of its arm, of the same search where there are several, that were judged once at
                least, in the order in which they began: those that run, and those that have ended for any reason.
        """
