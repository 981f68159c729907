"""Searches of digits with a tiny network, recorded trial by trial, and what every configuration reaches on other seeds.

    python -m benchmarks.experiments.record_searches FILE [--searches 3] [--trials 40] [--repeats 4]

The search is the study's own (`study.search.arm_search`), one trial after another, on one thread. A trial's `value` is
what its search was told; `repeats` are the validation accuracies of the same configuration on seeds that no search
sees, None for one that diverged. So what a winner is worth is known, which no study could pay for. Rows are appended: a
file that is there goes on.
"""

import argparse
import itertools
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import optuna

from benchmarks.experiments.recorded_searches import RecordedSearch, read_searches
from study.ranges import Choice, Range, Space
from study.search.arm_search import ArmSearch
from study.search.jobs import Outcome
from study.spec.arms import Arm
from trainables.data import DataSource, prepare
from trainables.record import EpochRecord
from trainables.run import train

LR = Range(kind="log_uniform", low=1e-3, high=0.5)
ARMS: Mapping[str, tuple[str, Space]] = {
    "adapted": (
        "adaptation",
        {
            "lr": LR,
            "stem_to_head": Range(kind="log_uniform", low=1e-3, high=1.0),
            "cycle_len": Choice(values=(1, 2)),
            "cycle_mult": Choice(values=(1, 1.5, 2, 3)),
        },
    ),
    "fixed": ("fixed_rate", {"lr": LR}),
}
TASKS: Mapping[str, tuple[tuple[int, ...], tuple[int, ...], int]] = {
    "high": ((5, 6, 7, 8, 9), (0, 1, 2, 3, 4), 40),
    "low": ((0, 1, 2, 3, 4), (5, 6, 7, 8, 9), 16),
}
"""Digits of the target, those that the start weights know, and training images of a digit."""

EPOCHS, SOURCE_EPOCHS = 8, 10

WINNERS_AFTER = (8, 12, 16, 24, 32)
"""Numbers of trials whose winners are run on further seeds."""
COMMON: Mapping[str, Any] = {
    "architecture": "small_resnet",
    "width": 8,
    "batch_size": 16,
    "augment": "crop",
    "num_threads": 1,
    "device": "cpu",
    "validate": "judged",
}


def last_of(config: Mapping[str, Any]) -> EpochRecord:
    """Train one run and return its last record."""
    *_, last = train(config)
    return last


def prepared(task: str, folder: Path) -> dict[str, Any]:
    """Return what all runs of a task share: its images and its start weights, made on the first call."""
    target, source, each = TASKS[task]
    cache = folder / "cache"
    shared = {**COMMON, "cache": str(cache)}
    weights = folder / f"{task}.pt"
    if not weights.is_file():
        known = prepare(DataSource(digits=True, classes=source), cache=cache)
        start = {"recipe": "fixed_rate", "lr": 0.01, "epochs": SOURCE_EPOCHS, "data": known.key}
        last_of({**shared, **start, "save_weights": str(weights)})
    data = prepare(DataSource(digits=True, classes=target, train_per_class=each), cache=cache)
    return {**shared, "data": data.key, "weights": str(weights), "epochs": EPOCHS}


def rows_of(
    arm: str, *, number: int, trials: int, repeats: int, common: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield a row for each trial of one search."""
    recipe, space = ARMS[arm]
    search = ArmSearch(
        Arm(name=arm, recipe=recipe, constants={}, space=dict(space)),
        study_name="recorded",
        algorithm="tpe",
        seed=number,
        num_trials=trials,
    )
    for _ in range(trials):
        asked = search.ask()
        assert asked is not None, "the space is not exhausted"
        trial, config = asked
        run = {**common, "recipe": recipe, **config}
        begun = time.perf_counter()
        last = last_of({**run, "seed": number})
        seconds = time.perf_counter() - begun
        value = last.objective if last.status == "finished" else None
        search.tell(trial, Outcome(status=last.status, objective=value))
        again = [last_of({**run, "seed": 1000 + repeat}) for repeat in range(repeats)]
        yield {
            "arm": arm,
            "search": number,
            "trial": trial,
            "config": config,
            "status": last.status,
            "value": value,
            "seconds": round(last.cost_seconds if last.cost_seconds else seconds, 3),
            "repeats": [each.objective if each.status == "finished" else None for each in again],
        }


def record_winners(searches: Iterable[RecordedSearch], file: Path, folder: Path, *, num_seeds: int) -> None:
    """Run each search's winner, after every number of trials in `WINNERS_AFTER`, on further seeds."""
    for search in searches:
        common = prepared(search.task, folder)
        winners = {search.winner(num) for num in WINNERS_AFTER if num <= len(search.values)}
        for trial in sorted(winners - search.further.keys()):
            run = {**common, "recipe": ARMS[search.arm][0], **search.configs[trial]}
            ends = [last_of({**run, "seed": 2000 + number}) for number in range(num_seeds)]
            found = [end.objective if end.status == "finished" else None for end in ends]
            named = {"task": search.task, "arm": search.arm, "search": search.number, "trial": trial}
            _append(file, [{**named, "further": found}])
            print(search.task, search.arm, search.number, trial, flush=True)


def _append(file: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.writelines(f"{json.dumps(row)}\n" for row in rows)


def main() -> None:
    """Record."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, help="JSON lines, appended to")
    parser.add_argument("--work", type=Path, required=True, help="folder for images and start weights")
    parser.add_argument("--searches", type=int, default=3)
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--repeats", type=int, default=4)
    parser.add_argument(
        "--further", type=int, help="instead: run the searches' winners on so many more seeds"
    )
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    there = read_searches(arguments.file) if arguments.file.is_file() else ()
    if arguments.further:
        record_winners(there, arguments.file, arguments.work, num_seeds=arguments.further)
        return
    done = {(each.task, each.arm, each.number) for each in there}
    for number, task, arm in itertools.product(range(arguments.searches), arguments.tasks, ARMS):
        if (task, arm, number) in done:
            continue
        common = prepared(task, arguments.work)
        found = rows_of(arm, number=number, trials=arguments.trials, repeats=arguments.repeats, common=common)
        _append(arguments.file, [{"task": task, **row} for row in found])
        print(task, arm, number, flush=True)


if __name__ == "__main__":
    main()
