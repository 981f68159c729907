"""Runs as the journal has them, for the driver that goes on with a study."""

from dataclasses import dataclass
from pathlib import Path

from study.results.journal import read_records
from study.search.jobs import Outcome
from trainables.record import Status


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What the journal has of a run.

    Attributes:
        epochs: Epochs recorded.
        judged: Epoch and validation objective of every judged epoch, in order.
        outcome: How the run ended; None where it was left open.
    """

    epochs: int = 0
    judged: tuple[tuple[int, float], ...] = ()
    outcome: Outcome | None = None


NOTHING = Recorded()


def recorded_runs(journal: Path) -> dict[str, Recorded]:
    """Return what the journal in a folder has of each run, by name."""
    found: dict[str, Recorded] = {}
    for row in read_records(journal):
        before, value = found.get(row["run"], NOTHING), row["val_objective"]
        judged = row["judged"] and value is not None
        found[row["run"]] = Recorded(
            epochs=max(before.epochs, row["epoch"]),
            judged=(*before.judged, (row["epoch"], value)) if judged else before.judged,
            outcome=None
            if row["status"] == "running"
            else outcome_of(
                row["status"],
                objective=row.get("objective"),
                cost_seconds=row.get("cost_seconds"),
                epochs=row["epoch"],
            ),
        )
    return found


def outcome_of(
    status: Status, *, objective: float | None, cost_seconds: float | None, epochs: int, message: str = ""
) -> Outcome:
    """Return how a run ended, from its last record: one that did not finish has no objective."""
    return Outcome(
        status=status,
        objective=objective if status == "finished" else None,
        cost_seconds=cost_seconds,
        epochs=epochs,
        message=message,
    )
