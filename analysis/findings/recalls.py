"""Recall of each class by the confirmed models, on the test split."""

from collections.abc import Iterator, Sequence

import pandas as pd

from analysis.findings.details import confirmed_runs
from analysis.findings.winner_groups import winner_groups
from analysis.loading.study_data import StudyData

_GROUP = ["arm", "architecture"]


def recall_table(data: StudyData) -> pd.DataFrame:
    """Return one row for each finished confirmation run and class that has test images.

    Columns: `arm`, `architecture` (None for the arm's overall winner), `run`, `seed`, `class_index`,
    `class_name` (the index where names are not known) and `recall`, in [0, 1].
    """
    names = data.metadata.classes
    groups = winner_groups(confirmed_runs(data), arms=data.settings.arms)
    rows = [
        (group.arm, group.architecture, run, seed, index, names[index] if names else str(index), recall)
        for group in groups
        for run, seed, found in zip(
            group.runs["run"], group.runs["seed"], group.runs["test_recalls"], strict=True
        )
        for index, recall in _recalls(found)
    ]
    columns = [*_GROUP, "run", "seed", "class_index", "class_name", "recall"]
    return pd.DataFrame(rows, columns=columns).astype({"class_index": "int64", "recall": "float64"})


def mean_recalls(recalls: pd.DataFrame) -> pd.DataFrame:
    """Return the recall of each class of `recall_table` over an arm's seeds: `mean`, `lowest`, `highest`."""
    by_class = recalls.groupby([*_GROUP, "class_index", "class_name"], sort=False, dropna=False)["recall"]
    return by_class.agg(mean="mean", lowest="min", highest="max").reset_index()


def extreme_recalls(recalls: pd.DataFrame) -> pd.DataFrame:
    """Return, for each confirmed configuration, the class with the lowest and that with the highest mean recall.

    Columns: `arm`, `architecture`, `worst_class`, `worst_recall`, `best_class`, `best_recall`. Of equal
    classes it is the first.
    """
    rows = [
        (arm, architecture, *_named(means.nsmallest(1, "mean")), *_named(means.nlargest(1, "mean")))
        for (arm, architecture), means in mean_recalls(recalls).groupby(_GROUP, sort=False, dropna=False)
    ]
    table = pd.DataFrame(rows, columns=[*_GROUP, "worst_class", "worst_recall", "best_class", "best_recall"])
    return table.astype({"architecture": object})


def _recalls(found: Sequence[float | None] | None) -> Iterator[tuple[int, float]]:
    return ((index, recall) for index, recall in enumerate(found or ()) if recall is not None)


def _named(one: pd.DataFrame) -> tuple[str, float]:
    return one["class_name"].iloc[0], one["mean"].iloc[0]
