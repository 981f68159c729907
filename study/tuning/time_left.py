"""Time until a study's last run ends, expected from what its runs have taken up to now.

A run takes a place from the moment at which that is free: the start of its process, and what passes between two runs,
are counted. The first runs of a driver wait for their processes, which later ones find there, so that of these only the
work counts. The stages differ: the search stops trials and skips validations, the confirmation validates every epoch. A
stage in which no run of an arm has ended is expected from the arm's runs before it.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from trainables.record import EpochRecord, Stage, Status

RECENT = 0.9
"""Weight of a run against the one that ended after it: a machine's speed changes, and so does what a search tries."""

FORETOLD: tuple[Stage, ...] = ("search", "selection", "confirm")
"""Stages that are foretold; the training of source weights is over before anything is known of the others."""
TRIED: tuple[Stage, ...] = ("search", "selection")


@dataclass
class _Running:
    stage: Stage
    arm: str
    begun: float
    is_first: bool
    num_epochs: int
    epochs: int = 0
    busy: float = 0.0
    validations: int = 0
    validation_seconds: float = 0.0


@dataclass(frozen=True)
class _Ended:
    """A run that has ended: how long it had its place, how much of that was work, and what validation adds to it."""

    stage: Stage
    arm: str
    seconds: float
    busy: float
    is_first: bool
    is_whole: bool
    more_validation: float


@dataclass
class TimeLeft:
    """What a study's runs take, and what that says of those to come. Times are seconds of any one clock.

    Attributes:
        num_concurrent_trials: Runs at once.
        begun: When the driver began.
    """

    num_concurrent_trials: int
    begun: float
    _free: list[float] = field(default_factory=list)
    _running: dict[str, _Running] = field(default_factory=dict)
    _ended: list[_Ended] = field(default_factory=list)
    _num_started: int = 0
    _stage: Stage | None = None
    _stage_begun: float = 0.0

    def started(self, run: str, stage: Stage, arm: str, *, num_epochs: int, at: float) -> None:
        """Note that a run has begun, in the place that has been free for longest."""
        if stage != self._stage:
            self._stage, self._stage_begun = stage, max([self.begun, *self._free])
            self._free.clear()
        free = heapq.heappop(self._free) if self._free else self._stage_begun
        self._running[run] = _Running(
            stage=stage,
            arm=arm,
            begun=min(at, max(free, self._stage_begun)),
            is_first=self._num_started < self.num_concurrent_trials,
            num_epochs=num_epochs,
        )
        self._num_started += 1

    def reported(self, run: str, record: EpochRecord) -> None:
        """Note what an epoch took."""
        if (running := self._running.get(run)) is None or record.epoch <= running.epochs:
            return
        running.epochs = record.epoch
        running.busy += record.range_test_seconds + record.features_seconds
        running.busy += record.training_seconds + record.validation_seconds
        running.validations += record.val_objective is not None
        running.validation_seconds += record.validation_seconds

    def ended(self, run: str, status: Status, *, at: float) -> None:
        """Note that a run has ended."""
        if (running := self._stopped(run, at=at)) is None or running.stage == "pretrain":
            return
        each = running.validation_seconds / running.validations if running.validations else 0.0
        self._ended.append(
            _Ended(
                stage=running.stage,
                arm=running.arm,
                seconds=running.busy if running.is_first else max(at - running.begun, running.busy),
                busy=running.busy,
                is_first=running.is_first,
                is_whole=status == "finished",
                more_validation=each * (running.epochs - running.validations),
            )
        )

    def stopped(self, run: str, *, at: float) -> None:
        """Note that a run has left its place without an end."""
        self._stopped(run, at=at)

    def seconds(
        self, left: Mapping[tuple[Stage, str], int], *, at: float, search_seconds: float | None = None
    ) -> float | None:
        """Return the expected time to the end of the last run; None before anything is known of one.

        Args:
            left: Runs of each stage and arm that have not begun.
            at: Now.
            search_seconds: After so many no search trial begins any more; None where that has no limit.
        """
        if not self._ended and not any(
            each.epochs and each.stage != "pretrain" for each in self._running.values()
        ):
            return None
        seconds = {stage: self._stage_seconds(stage, left, at) for stage in FORETOLD}
        if search_seconds is not None:
            longest = max(
                (self._expected("search", arm) for stage, arm in left if stage == "search"), default=0.0
            )
            seconds["search"] = min(seconds["search"], max(0.0, search_seconds) + longest)
        return sum(seconds.values())

    def _stopped(self, run: str, *, at: float) -> _Running | None:
        running = self._running.pop(run, None)
        if running is not None:
            heapq.heappush(self._free, at)
        return running

    def _stage_seconds(self, stage: Stage, left: Mapping[tuple[Stage, str], int], at: float) -> float:
        """Return the wall time of what is left of a stage: its runs, side by side, and the idle end of their places."""
        expected = {
            arm: self._expected(stage, arm) for (of, arm), count in left.items() if of == stage and count
        }
        to_come = [expected[arm] for (of, arm), count in left.items() if of == stage for _ in range(count)]
        running = [
            max(0.0, self._expected(stage, each.arm) - (at - each.begun))
            for each in self._running.values()
            if each.stage == stage and stage != "pretrain"
        ]
        if not to_come and not running:
            return 0.0
        work, mean = sum(to_come) + sum(running), sum(to_come) / max(1, len(to_come))
        idle_end = mean * (self.num_concurrent_trials - 1) / 2
        return max((work + idle_end) / self.num_concurrent_trials, *running, *expected.values(), 0.0)

    def _expected(self, stage: Stage, arm: str) -> float:
        """Return how long a run of a stage and arm has its place."""
        seen = [each for each in self._ended if each.stage == stage]
        if own := [each.seconds for each in seen if each.arm == arm]:
            return _recent_mean(own)
        before = self._from_before(stage, arm)
        if not seen:
            return before
        others = {each.arm for each in seen}
        known = sum(_recent_mean(e.seconds for e in seen if e.arm == other) for other in others)
        foretold = sum(self._from_before(stage, other) for other in others)
        return before * known / foretold if foretold else known / len(others)

    def _from_before(self, stage: Stage, arm: str) -> float:
        """Return what a run of the stage is expected to take by those of stages before it; 0 where there are none."""
        if stage not in ("selection", "confirm"):
            return self._from_epochs() if not self._ended else 0.0
        tried = [each for each in self._ended if each.stage in TRIED and each.is_whole]
        base = [each for each in tried if each.arm == arm] or tried
        if not base:
            return _recent_mean(each.seconds for each in self._ended) or self._from_epochs()
        more = _recent_mean(each.more_validation for each in base) if stage == "confirm" else 0.0
        return _recent_mean(each.busy for each in base) + more + self._between()

    def _between(self) -> float:
        """Return what a run has its place for beside its work."""
        return _recent_mean(each.seconds - each.busy for each in self._ended if not each.is_first)

    def _from_epochs(self) -> float:
        """Return what whole runs take by those that are running, where none has ended."""
        return _recent_mean(
            each.busy / each.epochs * each.num_epochs
            for each in self._running.values()
            if each.epochs and each.stage != "pretrain"
        )


def _recent_mean(values: Iterable[float]) -> float:
    """Return a mean that weighs the latest values most; 0 of none."""
    listed: Sequence[float] = list(values)
    weights = [RECENT**age for age in range(len(listed) - 1, -1, -1)]
    return sum(w * v for w, v in zip(weights, listed, strict=True)) / sum(weights) if listed else 0.0
