"""Measures of each class or label by itself, of the confirmed models on the test split."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.findings.details import confirmed_runs
from analysis.findings.winner_groups import WinnerGroup, winner_groups
from analysis.loading.image_values import SCORES, values_of_class
from analysis.loading.study_data import StudyData
from analysis.statistics.crossed import crossed_estimate
from analysis.statistics.image_sample import ImageSample
from trainables.objectives import MEASURES

COLUMNS = ("arm", "class_index", "class_name", "images", "measure", "num_runs", "mean", "low", "high")


def by_class_table(data: StudyData) -> pd.DataFrame:
    """Return one row for each arm's overall winner, class and measure; none where no scores were kept.

    Columns: `arm`, `class_index`, `class_name`, `images` that have it, `measure`, `num_runs`, `mean` over seeds, and
    `low` and `high`, the interval over seeds and images: NaN with one run, and where all runs are
    alike on all images, as at an AUROC of 1.
    """
    rows: list[tuple[object, ...]] = []
    if SCORES in data.predictions.columns and not data.metadata.splits:
        groups = winner_groups(confirmed_runs(data), arms=data.settings.arms)
        rows = [row for group in groups if group.architecture is None for row in _rows(group, data)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"low": "float64", "high": "float64"})


def _rows(group: WinnerGroup, data: StudyData) -> Iterator[tuple[object, ...]]:
    names = data.metadata.classes
    runs = [
        rows
        for _, rows in data.predictions[data.predictions["run"].isin(group.runs.index)].groupby("run")
        if rows["image"].nunique() == len(data.test_images)
    ]
    if not runs:
        return
    images = ImageSample.of(groups=runs[0]["group"].tolist(), labels=np.zeros(len(runs[0])), balanced=False)
    labels = runs[0]["label"].tolist()
    for place in range(len(runs[0][SCORES].iloc[0])):
        num_images = sum(
            label[place] == "1" if isinstance(label, str) else label == place for label in labels
        )
        for name, measure in MEASURES.items():
            of_runs = [values_of_class(rows, measure, place) for rows in runs]
            values = [each for each in of_runs if each is not None]
            if not values:
                continue
            estimate = crossed_estimate(np.stack(values), confidence=data.settings.confidence, images=images)
            yield (
                group.arm,
                place,
                names[place] if names else str(place),
                num_images,
                name,
                len(values),
                estimate.mean,
                None if estimate.degenerate else estimate.low,
                None if estimate.degenerate else estimate.high,
            )
