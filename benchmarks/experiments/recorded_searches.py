"""Recorded searches of `record_searches`, and what their winners really are worth."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

NUM_CANDIDATES, NUM_SELECTION_SEEDS = 3, 2


@dataclass(frozen=True, kw_only=True)
class RecordedSearch:
    """One search.

    Attributes:
        task: Its images.
        arm: Its arm.
        number: Its seed.
        configs: Of its trials, in order.
        values: Shape (trials,): what it was told; NaN for a trial that diverged.
        repeats: Shape (trials, seeds): the same settings on seeds that it did not see.
        further: By trial, the same on more seeds still, of the trials that win at some number of trials.
    """

    task: str
    arm: str
    number: int
    configs: tuple[Mapping[str, Any], ...]
    values: np.ndarray
    repeats: np.ndarray
    further: Mapping[int, np.ndarray]

    def candidates(self, num_trials: int) -> np.ndarray:
        """Return the trials that go into the selection after so many."""
        valued = np.flatnonzero(np.isfinite(self.values[:num_trials]))
        best: np.ndarray = valued[np.argsort(-self.values[valued], kind="stable")]
        return best[:NUM_CANDIDATES]

    def selection(self) -> np.ndarray:
        """Return every trial's mean over the selection's seeds, shape (trials,)."""
        return np.asarray(self.repeats[:, :NUM_SELECTION_SEEDS].mean(axis=1))

    def winner(self, num_trials: int) -> int:
        """Return the trial that a study of so many would confirm."""
        candidates = self.candidates(num_trials)
        means = np.nan_to_num(self.selection()[candidates], nan=-np.inf)
        return int(candidates[means.argmax()])

    def worth(self, trial: int) -> float:
        """Return what a winner's settings give on the seeds that nothing was chosen by."""
        fresh = np.concatenate([self.repeats[trial, NUM_SELECTION_SEEDS:], self.further.get(trial, [])])
        return float(np.nanmean(fresh))


def read_searches(path: Path) -> tuple[RecordedSearch, ...]:
    """Return the searches of a file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    keys = dict.fromkeys((row["task"], row["arm"], row["search"]) for row in rows)
    return tuple(_search(key, [row for row in rows if _key(row) == key]) for key in keys)


def _key(row: Mapping[str, Any]) -> tuple[str, str, int]:
    return row["task"], row["arm"], row["search"]


def _search(key: tuple[str, str, int], rows: Sequence[Mapping[str, Any]]) -> RecordedSearch:
    trials = sorted((row for row in rows if "value" in row), key=lambda row: int(row["trial"]))
    return RecordedSearch(
        task=key[0],
        arm=key[1],
        number=key[2],
        configs=tuple(row["config"] for row in trials),
        values=np.array([row["value"] for row in trials], dtype=float),
        repeats=np.array([row["repeats"] for row in trials], dtype=float),
        further={row["trial"]: np.array(row["further"], dtype=float) for row in rows if "further" in row},
    )
