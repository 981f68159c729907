"""Regret of a default configuration on tasks that did not choose it, against a search's winner on each.

    python -m benchmarks.experiments.default_fit.score FILE [--kind source]

FILE is what `record` wrote. For each task the candidate is chosen that has the best mean validation accuracy over
the tasks of other images (one that shares classes with it is left out, too), each task's mean over the candidates taken
off before, so that hard tasks count as easy ones do; a diverged run counts as chance. Its regret is the winner's
accuracy on the test split less its own, on the same seeds. Tasks that lack a candidate's run are left out; those that
lack a winner choose, and have no regret.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

from analysis.statistics.paired import paired_t
from benchmarks.experiments.default_fit.record import CANDIDATES, TEST_SEEDS, WINNER
from benchmarks.experiments.default_fit.tasks import CLASSES, TASKS, Task

Rows = Mapping[tuple[str, int], Mapping[str, Any]]
"""A task's measured runs, by configuration and seed."""


@dataclass(frozen=True, kw_only=True)
class Regret:
    """What is lost on a task by a default that it did not choose.

    Attributes:
        task: The task.
        chosen: The candidate that the other tasks chose.
        winner: Mean test accuracy of the search's winner over the seeds.
        default: Likewise of the chosen candidate.
        num_seeds: Seeds that both have.
    """

    task: Task
    chosen: str
    winner: float
    default: float
    num_seeds: int

    @property
    def regret(self) -> float:
        """Test accuracy that is lost, a fraction."""
        return self.winner - self.default


def read_runs(file: Path) -> dict[str, Rows]:
    """Return the measured runs of each task that has those of all candidates on the first seed."""
    found: defaultdict[str, dict[tuple[str, int], dict[str, Any]]] = defaultdict(dict)
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        if row["stage"] == "test":
            found[row["task"]][row["name"], row["seed"]] = row
    needed = {(name, TEST_SEEDS[0]) for name in CANDIDATES}
    return {task: rows for task, rows in found.items() if needed <= rows.keys()}


def chosen_by(tasks: Sequence[Task], runs: Mapping[str, Rows]) -> str:
    """Return the candidate with the best mean validation accuracy, each task centred; the first of equal ones."""
    totals = dict.fromkeys(CANDIDATES, 0.0)
    for task in tasks:
        values = {name: _value(runs[task.name], name, task, "val") for name in CANDIDATES}
        centre = fmean(values.values())
        for name, value in values.items():
            totals[name] += value - centre
    return max(totals, key=lambda name: totals[name])


def regrets(runs: Mapping[str, Rows], *, kind: str) -> Iterator[Regret]:
    """Yield the regret of each task with start weights of a kind, chosen by those of other targets.

    Args:
        runs: See `read_runs`.
        kind: "source", "imagenet", or "all" for one constant for all start weights.
    """
    tasks = [task for task in TASKS if task.name in runs and kind in ("all", task.weights_kind)]
    for task in tasks:
        others = [other for other in tasks if not _share_images(task, other)]
        if not others or (WINNER, TEST_SEEDS[0]) not in runs[task.name]:
            continue
        chosen, rows = chosen_by(others, runs), runs[task.name]
        seeds = [seed for seed in TEST_SEEDS if (chosen, seed) in rows and (WINNER, seed) in rows]
        both = [[_value(rows, name, task, "test", seed) for seed in seeds] for name in (WINNER, chosen)]
        yield Regret(
            task=task,
            chosen=chosen,
            winner=fmean(both[0]),
            default=fmean(both[1]),
            num_seeds=len(seeds),
        )


def _share_images(one: Task, other: Task) -> bool:
    (folder, classes), (others_folder, others) = CLASSES[one.target], CLASSES[other.target]
    return folder == others_folder and bool(set(classes) & set(others))


def _value(rows: Rows, name: str, task: Task, split: str, seed: int = TEST_SEEDS[0]) -> float:
    value = rows[name, seed][split]
    return 1 / len(CLASSES[task.target][1]) if value is None else float(value)


def table(found: Sequence[Regret]) -> Iterator[str]:
    """Yield a row for each task, and the summary."""
    yield "| task | chosen by the others | winner of the search | default | regret, points | seeds |"
    yield "|---|---|---|---|---|---|"
    for each in found:
        yield (
            f"| {each.task.name} | {each.chosen} | {each.winner:.3f} | {each.default:.3f} | {100 * each.regret:+.1f} | "
            f"{each.num_seeds} |"
        )
    values = [100 * each.regret for each in found]
    estimate = paired_t(values, confidence=0.95)
    if estimate is not None and estimate.low is not None and estimate.high is not None:
        yield ""
        yield (
            f"Regret in points: median {median(values):+.1f}, mean {estimate.mean:+.1f} ({estimate.low:+.1f} to "
            f"{estimate.high:+.1f}), worst {max(values):+.1f}; n = {len(values)} tasks."
        )


def main() -> None:
    """Print the table, and what all tasks together choose."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--kind", choices=("all", "source", "imagenet"), default="all")
    arguments = parser.parse_args()
    runs = read_runs(arguments.file)
    print("\n".join(table(list(regrets(runs, kind=arguments.kind)))))
    tasks = [t for t in TASKS if t.name in runs and arguments.kind in ("all", t.weights_kind)]
    print(f"\nAll {len(tasks)} together choose: {chosen_by(tasks, runs)}")


if __name__ == "__main__":
    main()
