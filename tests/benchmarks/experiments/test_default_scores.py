"""A default is chosen by the tasks that are not looked at, and its regret is the winner's accuracy less its own."""

import json

import pytest

from benchmarks.experiments.default_fit.record import CANDIDATES, WINNER
from benchmarks.experiments.default_fit.score import read_runs, regrets, table

FIRST, SECOND, *REST = CANDIDATES
TASKS = ("cifar-a->cifar-bx50", "digits-low->digits-highx20", "digits-even->digits-oddx60")


def rows(task, *, val, test, winner, seed=100):
    """A row for every candidate, the named ones with values of their own, and the winner's."""
    for name in CANDIDATES:
        yield {
            "task": task,
            "stage": "test",
            "name": name,
            "seed": seed,
            "val": val.get(name, 0.2),
            "test": test.get(name, 0.3),
        }
    yield {"task": task, "stage": "test", "name": WINNER, "seed": seed, "val": 0.9, "test": winner}


def written(tmp_path, *of_tasks):
    file = tmp_path / "runs.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for each in of_tasks for row in each))
    return file


def test_the_task_itself_does_not_choose_and_neither_does_one_of_the_same_images(tmp_path):
    file = written(
        tmp_path,
        rows(TASKS[0], val={FIRST: 0.9}, test={FIRST: 0.7, SECOND: 0.5}, winner=0.8),
        rows(TASKS[1], val={SECOND: 0.99}, test={FIRST: 0.4, SECOND: 0.95}, winner=0.9),
        rows(TASKS[2], val={SECOND: 0.99}, test={FIRST: 0.6, SECOND: 0.9}, winner=0.7),
    )
    found = {each.task.name: each for each in regrets(read_runs(file), kind="all")}
    # the digits were chosen for by CIFAR-10 alone, which likes the first; it by the digits, which like the second
    assert {name: each.chosen for name, each in found.items()} == {
        TASKS[0]: SECOND,
        TASKS[1]: FIRST,
        TASKS[2]: FIRST,
    }
    assert found[TASKS[0]].regret == pytest.approx(0.8 - 0.5)
    assert found[TASKS[1]].regret == pytest.approx(0.9 - 0.4)
    assert found[TASKS[2]].regret == pytest.approx(0.7 - 0.6)


def test_a_run_that_diverged_counts_as_chance(tmp_path):
    diverged = rows(TASKS[1], val={}, test={}, winner=0.9)
    file = written(
        tmp_path,
        rows(TASKS[0], val={FIRST: 0.9}, test={}, winner=0.8),
        (row | ({"val": None, "test": None} if row["name"] == FIRST else {}) for row in diverged),
    )
    of_digits = next(each for each in regrets(read_runs(file), kind="all") if each.task.name == TASKS[1])
    assert of_digits.chosen == FIRST
    assert of_digits.default == pytest.approx(1 / 5)


def test_a_task_that_lacks_a_candidate_is_left_out(tmp_path):
    file = written(tmp_path, list(rows(TASKS[0], val={}, test={}, winner=0.8))[1:])
    assert read_runs(file) == {}


def test_a_task_that_lacks_the_searchs_winner_chooses_and_has_no_regret(tmp_path):
    file = written(
        tmp_path,
        list(rows(TASKS[0], val={FIRST: 0.9}, test={}, winner=0.8))[:-1],
        rows(TASKS[1], val={}, test={}, winner=0.9),
    )
    (found,) = regrets(read_runs(file), kind="all")
    assert (found.task.name, found.chosen) == (TASKS[1], FIRST)


def test_the_summary_has_median_interval_and_number(tmp_path):
    file = written(
        tmp_path,
        rows(TASKS[0], val={FIRST: 0.9}, test={FIRST: 0.7}, winner=0.72),
        rows(TASKS[1], val={FIRST: 0.9}, test={FIRST: 0.7}, winner=0.74),
    )
    *_, summary = table(list(regrets(read_runs(file), kind="all")))
    assert summary == "Regret in points: median +3.0, mean +3.0 (-9.7 to +15.7), worst +4.0; n = 2 tasks."
