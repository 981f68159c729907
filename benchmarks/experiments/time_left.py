"""Time left, as it is shown while a study runs, against what recorded studies then took.

A study's journal is played back to the estimator, event by event, up to a third, a half and two thirds of the time from
its first run to its last; the error is of the time that was left then. "before" is how it was estimated until November
2026: runs left times the mean time of those that had ended, without the start of processes and the time between runs.

    python -m benchmarks.experiments.time_left results/digits results/another ...
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from analysis.loading.run_metadata import RunMetadata
from study.preparation.planning import budget_of
from study.results.events import Event, read_events
from study.results.folder import open_results
from study.results.journal import TIME, read_records
from study.spec.study_file import read_resolved
from study.tuning.time_left import TimeLeft
from trainables.record import EpochRecord, Stage

SHARES = (1 / 3, 1 / 2, 2 / 3)
STAGES: tuple[Stage, ...] = ("search", "selection", "confirm")


def main() -> None:
    """Print the errors of each study."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="RESULTS")
    print(
        f"{'study':<28} {'wall s':>7}  {'runs':>5}   "
        + "   ".join(f"at {s:.0%}: before, now" for s in SHARES)
    )
    for folder in parser.parse_args().folders:
        wall, num_runs, errors = replayed(folder)
        cells = "   ".join(f"{_error(before):>12} {_error(now):>9}" for before, now in errors)
        print(f"{folder.parent.name[-12:]}/{folder.name:<15} {wall:>7.0f}  {num_runs:>5}   {cells}")


def replayed(
    folder: Path, *, shares: Sequence[float] = SHARES
) -> tuple[float, int, list[tuple[float | None, float | None]]]:
    """Return a study's time from begin to end, its runs, and the relative errors, before and now, at the shares."""
    results = open_results(folder)
    events = [each for each in read_events(results.events) if each.kind != "waited"]
    end = events[-1].at
    errors = []
    for share in shares:
        moment = share * end
        true = end - moment
        guesses = _guesses(folder, events, moment)
        errors.append(tuple(None if guess is None else guess / true - 1 for guess in guesses))
    return end, sum(each.kind == "ended" for each in events), errors  # type: ignore[return-value]


def _guesses(folder: Path, events: list[Event], moment: float) -> tuple[float | None, float | None]:
    """Return the time left as it was estimated until now, and as it is now, at a moment of the study's time."""
    results = open_results(folder)
    metadata, spec = RunMetadata.read(results.run_metadata), read_resolved(results.spec)
    places = metadata.num_concurrent_trials or 1
    estimator, open_runs = TimeLeft(num_concurrent_trials=places, begun=0.0), {}
    left, busy = Counter(_jobs(spec)), []
    work: dict[str, float] = Counter()
    for at, what in _in_order(events, results.journal):
        if at > moment:
            break
        if isinstance(what, Event) and what.kind == "asked":
            assert what.stage is not None
            open_runs[what.run] = what
            left[(what.stage, what.arm)] -= 1
            epochs = int((what.config or {}).get("epochs", 1))
            estimator.started(what.run, what.stage, what.arm, num_epochs=epochs, at=at)
        elif isinstance(what, Event):
            assert what.outcome is not None
            estimator.ended(what.run, what.outcome.status, at=at)
            if open_runs.pop(what.run).stage != "pretrain":
                busy.append(work[what.run])
        elif what["run"] in open_runs:
            record = record_of(what)
            estimator.reported(what["run"], record)
            work[what["run"]] += record.training_seconds + record.validation_seconds
            work[what["run"]] += record.range_test_seconds + record.features_seconds
    to_come = {key: max(0, count) for key, count in left.items()}
    runs_left = sum(to_come.values()) + len(open_runs)
    before = runs_left * sum(busy) / len(busy) / places if busy else None
    return before, estimator.seconds(to_come, at=moment)


def _in_order(events: list[Event], journal: Path) -> Iterator[tuple[float, Event | Mapping[str, Any]]]:
    """Yield events and epochs by the study's time; both have the time of day, from which that of epochs follows."""
    listed: list[tuple[int, int, float, Event | Mapping[str, Any]]] = [
        (event.time_ms, place, event.at, event) for place, event in enumerate(events)
    ]
    offset = events[0].at - events[0].time_ms / 1000
    listed += [(row[TIME], -1, offset + row[TIME] / 1000, row) for row in read_records(journal)]
    listed.sort(key=lambda each: (each[0], each[1]))
    for _, _, at, what in listed:
        yield at, what


def _jobs(spec: Any) -> dict[tuple[Stage, str], int]:
    """Return the runs of each stage and arm that the study was to have."""
    budget = budget_of(spec, num_architectures=1)
    top = min(budget.top, budget.num_trials) * len(budget.selection_seeds)
    counts = dict(zip(STAGES, (budget.num_trials, top, len(budget.confirm_seeds)), strict=True))
    return {(stage, arm): count * budget.repeats for stage, count in counts.items() for arm in spec.arms}


def record_of(row: Mapping[str, Any]) -> EpochRecord:
    """Return the times of an epoch, as far as the estimator asks for them."""
    names = {each.name for each in fields(EpochRecord)} - {"rates"}
    return EpochRecord(**{key: row[key] for key in names if key in row}, rates={})


def _error(value: float | None) -> str:
    return "none" if value is None else f"{value:+.0%}"


if __name__ == "__main__":
    main()
