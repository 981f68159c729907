"""The judged epochs of a study's runs, and what the trial scheduler decides at those of search trials."""

from collections import defaultdict
from dataclasses import replace

from study.errors import StudyError
from study.trial_schedulers.base import CONTINUE, Decision, Judged, TrialHistory, TrialScheduler
from trainables.record import EpochRecord, RunInfo


class JudgedRuns:
    """Every run with its judged epochs, by name; the trial scheduler is asked here, and nowhere else."""

    def __init__(self, trial_scheduler: TrialScheduler) -> None:
        """Begin without runs."""
        self._trial_scheduler = trial_scheduler
        self._histories: dict[str, TrialHistory] = {}
        self._searches: defaultdict[tuple[str, int], list[str]] = defaultdict(list)

    def begin(self, info: RunInfo) -> None:
        """Take a run that is given out for the first time."""
        self._histories[info.run] = TrialHistory()
        if info.stage == "search":
            self._searches[info.arm, info.repeat].append(info.run)

    def take_up(self, run: str, judged: Judged) -> None:
        """Take over what earlier drivers recorded of a run."""
        self._histories[run] = replace(self._histories[run], judged=judged)

    def judge(self, info: RunInfo, record: EpochRecord) -> Decision:
        """Keep the value of a judged epoch, and return whether the run ends there.

        Only search trials ever do, each by comparison with the others of its arm's same search. An epoch that is
        trained once more, up to where a run was, is not judged again.

        Raises:
            StudyError: If the trial scheduler fails; it may be the user's own.
        """
        before = self._histories[info.run]
        if not record.judged or record.val_objective is None:
            return CONTINUE
        if any(epoch == record.epoch for epoch, _ in before.judged):
            return CONTINUE
        trial = replace(before, judged=(*before.judged, (record.epoch, record.val_objective)))
        self._histories[info.run] = trial
        if info.stage != "search" or record.status != "running" or self._trial_scheduler.never_stops:
            return CONTINUE
        return self._decide(info, trial)

    def end(self, run: str, num_epochs: int) -> Judged:
        """Take the end of a run; return its judged epochs."""
        ended = self._histories[run] = replace(self._histories[run], num_epochs=num_epochs)
        return ended.judged

    def _decide(self, info: RunInfo, trial: TrialHistory) -> Decision:
        others = (self._histories[run] for run in self._searches[info.arm, info.repeat] if run != info.run)
        peers = [history for history in others if history.judged]
        name = type(self._trial_scheduler).__name__
        try:
            decision = self._trial_scheduler.decide(trial, peers)
        except Exception as error:  # a class of the user's own may raise whatever it likes
            why = " ".join(f"{type(error).__name__}: {error}".split())
            raise StudyError(f"search.trial_scheduler: {name} failed at {info.run}: {why}") from error
        if not isinstance(decision, Decision) or not isinstance(decision.why, str):
            raise StudyError(
                f"search.trial_scheduler: {name} returned {decision!r:.80}; a Decision is allowed, with a text for why"
            )
        return decision
