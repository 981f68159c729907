"""Events of a study's driver, in order: enough to bring another driver to where the first one was."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from study.results.line_files import LineFile, read_lines
from study.search.jobs import Outcome
from trainables.record import Stage

Kind = Literal["asked", "waited", "ended"]


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that passed between Tune and the plan.

    Attributes:
        kind: "asked": the plan gave a job. "waited": it had none until a running job ends. "ended": a job did.
        at: Seconds that the study had been driven for, all its drivers together.
        time_ms: When it was, in milliseconds since 1970; decides nothing.
        run: Name of the job; empty where there is none.
        arm: The job's, where it was asked for.
        stage: The job's, where it was asked for.
        repeat: Which of its arm's independent searches the job belongs to, where an arm has several.
        config: The job's configuration, where it was asked for.
        outcome: How the job ended, where it did.
    """

    kind: Kind
    at: float
    time_ms: int = 0
    run: str = ""
    arm: str = ""
    stage: Stage | None = None
    repeat: int | None = None
    config: Mapping[str, Any] | None = None
    outcome: Outcome | None = None


class EventLog:
    """Appends events to a file, each on the disk before anything follows from it."""

    def __init__(self, path: Path) -> None:
        self._file = LineFile(path)

    def append(self, event: Event) -> None:
        """Write an event down."""
        written = replace(event, time_ms=time.time_ns() // 1_000_000)
        values = {name: value for name, value in asdict(written).items() if value not in (None, "")}
        self._file.append(json.dumps(values))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_events(path: Path) -> tuple[Event, ...]:
    """Return the events in a file, none where there is no file."""
    return tuple(event_of(line) for line in read_lines(path))


def event_of(values: dict[str, Any]) -> Event:
    """Return the event that a line of the file holds."""
    outcome = values.pop("outcome", None)
    if outcome is not None:
        judged = tuple((epoch, value) for epoch, value in outcome.pop("judged"))
        outcome = Outcome(**outcome, judged=judged)
    return Event(outcome=outcome, **values)


def pretrained(events: Iterable[Event]) -> frozenset[str]:
    """Return the names of the pre-training jobs that a study began with."""
    return frozenset(event.run for event in events if event.stage == "pretrain")


class StudyTime:
    """Seconds that a study has been driven for. They stand still between events, so that events fix all decisions.

    Attributes:
        seconds: At the last event.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._before = 0.0
        self._begun = time.monotonic()

    def tick(self) -> float:
        """Go on to now."""
        self.seconds = self._before + time.monotonic() - self._begun
        return self.seconds

    def go_on_from(self, seconds: float) -> None:
        """Stand at an event of an earlier driver; the next tick counts from there."""
        self.seconds = self._before = seconds
        self._begun = time.monotonic()
