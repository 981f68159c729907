"""A finished study in memory whose objective is made of scores: of label sets, or of two classes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.loading.settings import read_settings
from analysis.loading.study import checked_predictions, checked_records
from analysis.loading.study_data import StudyData, study_data
from tests.support.hand_made import confirm
from tests.support.synthetic_study import default_metadata, default_spec, run_rows

Score = Callable[[np.ndarray, np.ndarray], float]

NUM_IMAGES, NUM_SEEDS = 40, 4
SETS = ((0, 3, 1), (1, 2, 0))
"""Of image i the labels that are there: label l where i modulo 4 lies in SETS[l]."""


def label_sets() -> np.ndarray:
    """Return 0 and 1 of two labels, (images, 2)."""
    return np.array([[int(image % 4 in places) for places in SETS] for image in range(NUM_IMAGES)])


def scores_of(arm: str, seed: int, truth: np.ndarray) -> np.ndarray:
    """Return scores, (images, columns), which tell labels apart the better the arm is."""
    draws = np.random.default_rng([seed, len(arm)])
    noise = draws.normal(size=truth.shape).astype(np.float32).astype(float)
    return (truth * 2 - 1) * (1.5 if arm == "adapted" else 0.5) + noise


def study_of_label_sets(objective: str, score: Score, **more: Any) -> StudyData:
    """Return a study of two labels an image.

    Args:
        objective: Its name.
        score: The objective of label sets and scores.
        more: Of the metadata.
    """
    truth = label_sets()
    texts = ["".join(map(str, row)) for row in truth]
    counts = tuple(truth.sum(0).tolist())
    known = {"counts": {"val": counts, "test": counts}, "set_sizes": {"val": NUM_IMAGES, "test": NUM_IMAGES}}
    return _study(objective, lambda arm, seed: _of_sets(score, arm, seed, truth, texts), **known, **more)


def _of_sets(
    score: Any, arm: str, seed: int, truth: np.ndarray, texts: list[str]
) -> tuple[float, dict[str, Any]]:
    scores = scores_of(arm, seed, truth)
    chosen = ["".join(str(int(value > 0)) for value in row) for row in scores]
    return score(truth, scores), {"label": texts, "predicted": chosen, "scores": list(scores)}


def study_of_two_classes(objective: str, score: Score, **measures: float) -> StudyData:
    """Return a study of one class an image, of two.

    Args:
        objective: Its name.
        score: The objective of the second class's truth and scores.
        measures: What every run recorded of its test split beside.
    """
    truth = label_sets()[:, :1]
    counts = (int((truth == 0).sum()), int(truth.sum()))

    def of(arm: str, seed: int) -> tuple[float, dict[str, Any]]:
        scores = scores_of(arm, seed, truth)[:, 0]
        both = np.stack([-scores, scores], axis=1)
        columns = {"label": truth[:, 0], "predicted": (scores > 0).astype(int), "scores": list(both)}
        return score(truth[:, 0], scores), columns

    return _study(objective, of, measures=measures, counts={"val": counts, "test": counts})


def _study(
    objective: str,
    of: Callable[[str, int], tuple[float, dict[str, Any]]],
    *,
    measures: dict[str, float] | None = None,
    **known: Any,
) -> StudyData:
    runs, predictions = [], []
    for arm in ("fixed", "adapted"):
        for seed in range(NUM_SEEDS):
            value, columns = of(arm, seed)
            further = {"test_objective": value, "test_measures": measures or {"auroc": value}}
            runs.append(confirm(arm, seed, [0.5, value], fields={2: further}))
            run = {
                "arm": arm,
                "run": runs[-1].name,
                "seed": seed,
                "architecture": "resnet18",
                "overall": True,
            }
            images = {"image": range(NUM_IMAGES), "id": [f"{i}.png" for i in range(NUM_IMAGES)]}
            predictions.append(pd.DataFrame({**run, **images, **columns, "true_probability": None}))
    spec, here = default_spec(["adapted", "fixed"]), Path("in memory")
    spec["compare"]["objective"] = objective
    return study_data(
        spec=spec,
        settings=read_settings(spec),
        metadata=replace(default_metadata(), classes=("first", "second"), **known),
        records=checked_records(
            pd.DataFrame([row for run in runs for row in run_rows(run, study="toy")]), study="toy", path=here
        ),
        predictions=checked_predictions(pd.concat(predictions, ignore_index=True), path=here),
    )
