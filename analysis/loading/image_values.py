"""Values of every test image in the objective of every run: what intervals over images are made of."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from trainables.objectives import Measure, Objective, Scored

SCORES = "scores"
"""Column of the predictions with the log-odds of every class or label; missing where the objective needs none."""

Floats = npt.NDArray[np.float64]


def image_values(predictions: pd.DataFrame, objective: Objective, runs: pd.DataFrame) -> pd.DataFrame:
    """Return a value for every test image (rows) and run that has predictions (columns); NaN where it lacks one.

    Their mean is the run's objective: the plain mean, or, for balanced accuracy and for what is made of the scores of
    one class an image, the mean of the classes' means. Of accuracies they are 1.0 or 0.0. Of what is no mean over
    images they are the objective plus what it owes to the image (the infinitesimal jackknife): to first order the
    variance of a difference of two runs' objectives is that of the mean of the differences of these values. Of AUROC
    they are the structural components of DeLong, DeLong & Clarke-Pearson (1988).

    Source: Efron (1982), The jackknife, the bootstrap and other resampling plans, ch. 6.

    Args:
        predictions: One row an image and run.
        objective: The study's.
        runs: See `run_table`; says what threshold a sensitivity had, and of which class it was.
    """
    if not objective.is_counted and SCORES not in predictions.columns:
        return pd.DataFrame()
    if objective.is_counted:
        values = (predictions["label"] == predictions["predicted"]).astype("float64")
    else:
        values, ends = pd.Series(np.nan, index=predictions.index), runs[["config", "test_measures"]]
        for run, rows in predictions.groupby("run", sort=False):
            how = _how(ends.loc[run].to_dict())
            values[rows.index] = values_of_scores(scored_images(rows), objective, **how)
    table = predictions[["image", "run"]].assign(value=values)
    return table.pivot(index="image", columns="run", values="value")


def scored_images(rows: pd.DataFrame) -> Scored:
    """Return the images of one run, in the rows' order."""
    scores, labels = np.stack(rows[SCORES].to_list()), rows["label"]
    if is_label_set(labels):
        sets = np.array([[int(there) for there in text] for text in labels], dtype=np.uint8)
        return Scored.of_label_sets(scores, label_sets=sets)
    return Scored.of_classes(scores, labels=labels.to_numpy(), predicted=rows["predicted"].to_numpy())


def is_label_set(labels: pd.Series) -> bool:
    """Return whether recorded labels are texts of 0 and 1, one a label, and not class indices."""
    return len(labels) > 0 and isinstance(labels.iloc[0], str)


def values_of_class(rows: pd.DataFrame, measure: Measure, place: int) -> Floats | None:
    """Return what every image of one run adds to the measure of one class; None where it cannot be taken of it.

    Args:
        rows: The predictions of a run.
        measure: The measure.
        place: Index of the class or label.
    """
    one = scored_images(rows).one(place)
    if not measure.is_measured(one):
        return None
    return measure.value(one) + len(rows) * measure.influence(one)


def values_of_scores(
    scored: Scored, objective: Objective, *, positive: int = -1, threshold: float | None = None
) -> Floats:
    """Return what every image adds to an objective that is made of scores, (N,), see `image_values`.

    Args:
        scored: The images of one run: where each has one class, the values are for the mean of the classes' means.
        objective: Neither accuracy nor balanced accuracy.
        positive: See `Objective.value`.
        threshold: Likewise.
    """
    value = objective.value(scored, positive=positive, threshold=threshold)
    influence = objective.influence(scored, positive=positive, threshold=threshold)
    assert value is not None, "it was measured when the run ended"
    if not scored.one_class:
        return value + len(influence) * influence
    _, places, sizes = np.unique(scored.truth.argmax(axis=1), return_inverse=True, return_counts=True)
    found: Floats = value + len(sizes) * sizes[places] * influence
    return found


def _how(run: Mapping[Any, Any]) -> dict[str, Any]:
    """Return which class a sensitivity was of, and at what threshold."""
    measures = run["test_measures"] if isinstance(run["test_measures"], Mapping) else {}
    return {"positive": run["config"].get("positive", -1), "threshold": measures.get("threshold")}
