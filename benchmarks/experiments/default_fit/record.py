"""Candidates for a default, and searches of the usual effort, on every task: a line of JSON for each run.

    nice -n 19 python -m benchmarks.experiments.default_fit.record FILE --data FOLDER --weights FILE --work FOLDER

FOLDER holds class-folder trees `cifar10`, `emnist8` and `grocery16`, each with train and test. On every task all
candidates are trained on one seed and measured on its test split: on a task that is left out nothing was chosen by it.
A search of `adaptation` over its own space has the trials that a study has by default (from ImageNet weights half of
them: a run takes ten times as long), its three best have a further seed each, and the winner is measured on the
candidates' seed.
Lines are appended as runs end; a file that is there goes on. `--again` measures named candidates and the winners on one
seed more.
"""

import argparse
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import optuna

from benchmarks.experiments.default_fit.tasks import EPOCHS, TASKS, Task, common
from study.ranges import Choice, Range, Space
from study.search.arm_search import ArmSearch
from study.search.jobs import Outcome
from study.spec.arms import Arm
from trainables.run import train

SPACE: Space = {
    "lr": Range(kind="log_uniform", low=1e-4, high=1e-1),
    "stem_to_head": Range(kind="log_uniform", low=1e-4, high=1.0),
    "cycle_len": Choice(values=(1, 2)),
    "cycle_mult": Choice(values=(1, 1.5, 2, 3)),
}
"""That of `search_spaces/adaptation.py`."""

TRIALS: Mapping[str, int] = {"source": 24, "imagenet": 12}
"""Trials of a search: as many as a study has by default, and half of them where a run takes ten times as long."""

TOP = 3
"""The search's best trials that have a further seed before one is chosen."""

SEARCH_SEED, SELECTION_SEED = 0, 1000
TEST_SEEDS = (100, 101)

WINNER = "winner"
ONE_CYCLE, DOUBLING = {"cycle_len": EPOCHS - 1, "cycle_mult": 1}, {"cycle_len": 1, "cycle_mult": 2}
CANDIDATES: Mapping[str, Mapping[str, Any]] = {
    f"lr {lr}, stem_to_head {ratio}, {name}": {"lr": lr, "stem_to_head": ratio, **cycles}
    for lr, ratio, (name, cycles) in itertools.product(
        (0.01, 0.03, 0.1), (1.0, 0.1), (("one cycle", ONE_CYCLE), ("doubling", DOUBLING))
    )
}


@dataclass
class Recorded:
    """The file of runs, and what it has already."""

    file: Path
    rows: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.file.is_file():
            self.rows = [json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines()]

    def run(self, key: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
        """Return the row of a run: the file's, or a new one that is appended to it.

        Args:
            key: Names the run: task, stage, name, seed.
            config: Its flat configuration.
        """
        for row in self.rows:
            if all(row[name] == value for name, value in key.items()):
                return row
        *_, last = train({"recipe": "adaptation", **config})
        row = {
            **key,
            "config": {name: config[name] for name in SPACE},
            "status": last.status,
            "val": last.val_accuracy if last.status == "finished" else None,
            "test": last.test_accuracy,
            "seconds": last.cost_seconds,
        }
        self.rows.append(row)
        with self.file.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(row) + "\n")
        print(*key.values(), row["val"], row["test"], round(row["seconds"], 1), flush=True)
        return row


def record_candidates(task: Task, shared: Mapping[str, Any], recorded: Recorded) -> None:
    """Train every candidate on one seed."""
    for name, config in CANDIDATES.items():
        measure(task, shared, recorded, name=name, config=config, seed=TEST_SEEDS[0])


def record_search(task: Task, shared: Mapping[str, Any], recorded: Recorded) -> Mapping[str, Any]:
    """Search the task as a study does, one trial after another, and return the winner's settings."""
    arm = Arm(name="adapted", recipe="adaptation", constants={}, space=dict(SPACE))
    num_trials = TRIALS[task.weights_kind]
    search = ArmSearch(arm, study_name="default", algorithm="tpe", seed=0, num_trials=num_trials)
    trials = list(_trials(task, shared, recorded, search, num_trials=num_trials))
    valued = [row for row in trials if row["val"] is not None]
    best = sorted(valued, key=lambda row: -row["val"])[:TOP]
    again = [
        recorded.run(
            {"task": task.name, "stage": "selection", "name": row["name"], "seed": SELECTION_SEED},
            {**shared, **row["config"], "seed": SELECTION_SEED},
        )
        for row in best
    ]
    return winner(again)["config"]


def winner(selection: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the row of the best on the selection's seed, the earlier of equal ones."""
    return max(selection, key=lambda row: -1.0 if row["val"] is None else row["val"])


def _trials(
    task: Task, shared: Mapping[str, Any], recorded: Recorded, search: ArmSearch, *, num_trials: int
) -> Iterator[dict[str, Any]]:
    for _ in range(num_trials):
        asked = search.ask()
        assert asked is not None, "the space is not exhausted"
        number, config = asked
        key = {"task": task.name, "stage": "search", "name": f"trial {number}", "seed": SEARCH_SEED}
        row = recorded.run(key, {**shared, **config, "seed": SEARCH_SEED})
        assert row["config"] == config, "another search wrote this file"
        search.tell(number, Outcome(status=row["status"], objective=row["val"]))
        yield row


def measure(
    task: Task,
    shared: Mapping[str, Any],
    recorded: Recorded,
    *,
    name: str,
    config: Mapping[str, Any],
    seed: int,
) -> None:
    """Train a configuration on a seed and measure it on the test split."""
    key = {"task": task.name, "stage": "test", "name": name, "seed": seed}
    recorded.run(key, {**shared, **config, "seed": seed, "measure_test": True})


def main() -> None:
    """Record what is missing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, help="JSON lines, appended to")
    parser.add_argument("--data", type=Path, required=True, help="folder of the trees of images")
    parser.add_argument("--weights", required=True, help="ImageNet weights of the photograph network")
    parser.add_argument("--work", type=Path, required=True, help="folder for what is prepared and trained")
    parser.add_argument("--first", type=int, help="only so many tasks (default: all)")
    parser.add_argument(
        "--again", nargs="*", default=[], choices=CANDIDATES, help="measure these and the winners once more"
    )
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    arguments.work.mkdir(parents=True, exist_ok=True)
    recorded = Recorded(arguments.file)
    for task in TASKS[: arguments.first]:
        shared = common(task, folder=arguments.data, work=arguments.work, weights=arguments.weights)
        record_candidates(task, shared, recorded)
        found = record_search(task, shared, recorded)
        measure(task, shared, recorded, name=WINNER, config=found, seed=TEST_SEEDS[0])
        if arguments.again:
            for name, config in {
                WINNER: found,
                **{each: CANDIDATES[each] for each in arguments.again},
            }.items():
                measure(task, shared, recorded, name=name, config=config, seed=TEST_SEEDS[1])


if __name__ == "__main__":
    main()
