"""Runs of a study's journal that are not closed, and what MLflow has not got of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from study.results.folder import Results
from study.results.journal import RECORDS, TIME
from study.results.line_files import Tail
from study.tracking.metrics import epoch_metrics, summary_metrics

MAX_LINES = 2_000
"""Lines of the journal that are read at once: what a server that was away has missed stays on the disk."""


@dataclass
class OpenRun:
    """A run that is not closed, and what is still to be sent of it.

    Attributes:
        config: Its configuration, until its beginning was sent.
        arm: Its arm.
        stage: Its stage.
        repeat: Which of its arm's independent searches it belongs to; None where the arm has one.
        begun_ms: When it was asked for, in milliseconds since 1970.
        seen_ms: When it was last heard of.
        epoch: Epochs that it has reported.
        best: Best judged validation objective; None where there was none.
        metrics: Key, value, time and step of what is to be sent.
        ended: Status and time of its end; None while it is running.
    """

    config: Mapping[str, Any] | None = None
    arm: str = ""
    stage: str = ""
    repeat: int | None = None
    begun_ms: int = 0
    seen_ms: int = 0
    epoch: int = 0
    best: float | None = None
    metrics: list[tuple[str, float, int, int]] = field(default_factory=list)
    ended: tuple[str, int] | None = None


class OpenRuns:
    """Reads the journal as it grows.

    Attributes:
        runs: The runs that are open, by name, in the order in which they were asked for.
    """

    def __init__(self, results: Results, *, acknowledged: Mapping[str, int]) -> None:
        """Read what was sent before, to know the runs that are open; nothing of it is left to be sent.

        Args:
            results: The study's.
            acknowledged: `positions` of when the last was sent.
        """
        self.runs: dict[str, OpenRun] = {}
        self._events = Tail(results.events)
        self._records = Tail(results.journal / RECORDS)
        self._read_events(acknowledged["events"])
        while rows := self._records.read(MAX_LINES, acknowledged["records"]):
            for row in rows:
                self._take(row)
        for name, run in list(self.runs.items()):
            run.config = None
            run.metrics.clear()
            if run.ended is not None:
                del self.runs[name]

    @property
    def positions(self) -> dict[str, int]:
        """Bytes read of both files."""
        return {"events": self._events.position, "records": self._records.position}

    def read_on(self) -> None:
        """Read what is new, where nothing is left to be sent of what is not."""
        if any(run.config or run.metrics or run.ended for run in self.runs.values()):
            return
        rows = self._records.read(MAX_LINES)
        self._read_events(math.inf)  # after the records: the run of each was asked for before it
        for row in rows:
            self._take(row)

    def _read_events(self, until: float) -> None:
        while events := self._events.read(MAX_LINES, until):
            for event in events:
                if event["kind"] == "asked":
                    self.runs[event["run"]] = OpenRun(
                        config=event["config"],
                        arm=event["arm"],
                        stage=event["stage"],
                        repeat=event.get("repeat"),  # not written where an arm has one search
                        begun_ms=event["time_ms"],
                        seen_ms=event["time_ms"],
                    )

    def _take(self, row: Mapping[str, Any]) -> None:
        run = self.runs.get(row["run"])
        if run is None or run.ended is not None or (row["status"] == "running" and row["epoch"] <= run.epoch):
            return
        run.epoch, run.seen_ms = row["epoch"], row[TIME]
        value = row["val_objective"]
        if row["judged"] and value is not None:
            run.best = value if run.best is None else max(value, run.best)
        metrics = epoch_metrics(row)
        if row["status"] != "running":
            metrics |= summary_metrics(row, run.best)
            run.ended = (row["status"], row[TIME])
        run.metrics += [
            (key, value, row[TIME], row["epoch"]) for key, value in metrics.items() if math.isfinite(value)
        ]
