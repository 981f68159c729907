"""Regret of what the range test's rules suggest, against rates that were really trained.

Regret of a rate on a case: the best accuracy of the grid, a mean over seeds, less the accuracy at the rate, read off
linearly between the grid's rates on a logarithmic axis and held beyond its ends. A diverged run counts as chance. Where
a rule suggests nothing, the regret is that of the rate FALLBACK.
"""

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from trainables.range_test import RangeTest, RuleName, combine

FALLBACK = 1e-2


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What was really trained on a case: rates, rising, and the mean validation accuracy of each."""

    half: str
    rates: tuple[float, ...]
    accuracies: tuple[float, ...]
    num_diverged: int

    def regret(self, lr: float) -> float:
        """Return what is lost by training at `lr` instead of the best rate of the grid, a fraction."""
        at = np.interp(math.log(lr), np.log(self.rates), self.accuracies)
        return max(self.accuracies) - float(at)

    @property
    def best(self) -> float:
        """The grid's best rate."""
        return self.rates[int(np.argmax(self.accuracies))]


@dataclass(frozen=True, kw_only=True)
class Score:
    """What a rule did on the cases of a half.

    Attributes:
        regrets: Of each case, a mean over seeds.
        made: Likewise, of the suggestions that were made; cases without any are left out.
        num_none: Suggestions that were not made, of all cases and seeds.
        of: All cases and seeds.
        seed_moves: Largest over smallest suggestion of a case between seeds.
        test_moves: Likewise between all its single tests.
        offsets: Suggestion over the grid's best rate, geometric mean over the case's seeds.
    """

    regrets: tuple[float, ...]
    made: tuple[float, ...] = ()
    num_none: int = 0
    of: int = 0
    seed_moves: tuple[float, ...] = ()
    test_moves: tuple[float, ...] = ()
    offsets: tuple[float, ...] = ()


Curves = Mapping[str, Sequence[tuple[RangeTest, ...]]]
"""The repeated tests of each case, seed by seed."""


def read_grid(path: Path) -> dict[str, Trained]:
    """Return the grid's cases that have all their rates."""
    runs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for run in map(json.loads, path.read_text().splitlines()):
        runs[run["case"]].append(run)
    return {case: _trained(of_case) for case, of_case in runs.items()}


def _trained(runs: list[dict[str, Any]]) -> Trained:
    by_rate: dict[float, list[float]] = defaultdict(list)
    for run in runs:
        chance = 1 / run["num_classes"]
        by_rate[run["lr"]].append(chance if run["status"] == "diverged" else run["val_accuracy"])
    rates = sorted(by_rate)
    return Trained(
        half=runs[0]["half"],
        rates=tuple(rates),
        accuracies=tuple(fmean(by_rate[rate]) for rate in rates),
        num_diverged=sum(run["status"] == "diverged" for run in runs),
    )


def read_curves(path: Path) -> Curves:
    """Return the range tests of each case."""
    found: dict[str, list[tuple[RangeTest, ...]]] = defaultdict(list)
    for line in map(json.loads, path.read_text().splitlines()):
        found[line["case"]].append(
            tuple(
                RangeTest(**{k: tuple(v) if isinstance(v, list) else v for k, v in test.items()})
                for test in line["tests"]
            )
        )
    return found


def score_rule(rule: RuleName, grid: Mapping[str, Trained], curves: Curves) -> Score:
    """Return what a rule does on the cases of the grid."""
    together = {case: [combine(tests, rule=rule).lr for tests in curves[case]] for case in grid}
    single = {
        case: [combine((test,), rule=rule).lr for tests in curves[case] for test in tests] for case in grid
    }
    found = {case: [lr for lr in rates if lr is not None] for case, rates in together.items()}
    return Score(
        regrets=tuple(fmean(t.regret(lr or FALLBACK) for lr in together[case]) for case, t in grid.items()),
        made=tuple(fmean(map(t.regret, found[case])) for case, t in grid.items() if found[case]),
        num_none=sum(lr is None for rates in together.values() for lr in rates),
        of=sum(len(rates) for rates in together.values()),
        seed_moves=_moves(list(together.values())),
        test_moves=_moves(list(single.values())),
        offsets=tuple(math.exp(fmean(map(math.log, found[c]))) / grid[c].best for c in grid if found[c]),
    )


def _moves(by_case: list[list[float | None]]) -> tuple[float, ...]:
    found = [[lr for lr in rates if lr is not None] for rates in by_case]
    return tuple(max(rates) / min(rates) for rates in found if rates)


def score_constant(lr: float, grid: Mapping[str, Trained]) -> Score:
    """Return what always training at `lr` does."""
    return Score(regrets=tuple(trained.regret(lr) for trained in grid.values()))


def best_constant(grid: Mapping[str, Trained]) -> float:
    """Return the rate of the grid with the least mean regret."""
    rates = next(iter(grid.values())).rates
    return min(rates, key=lambda lr: fmean(score_constant(lr, grid).regrets))


def half_of(grid: Mapping[str, Trained], half: str) -> dict[str, Trained]:
    """Return the cases of a half."""
    return {case: trained for case, trained in grid.items() if trained.half == half}
