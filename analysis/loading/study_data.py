"""A loaded study, parsed: the one object that findings, figures and the report read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.loading.image_values import image_values
from analysis.loading.run_metadata import RunMetadata
from analysis.loading.runs import evaluation_table, run_table
from analysis.loading.settings import Settings
from analysis.statistics.collapse import collapsed_runs
from trainables.objectives import Objective


@dataclass(frozen=True, kw_only=True)
class StudyData:
    """A study, parsed.

    Attributes:
        name: Name of the study.
        settings: How the arms are to be compared.
        metadata: How the study ran.
        records: One row an epoch of a run: the fields of its `RunInfo` and of its `EpochRecord`, with configuration,
            rates and what else has parts as mappings and lists. Measurements that were not made are NaN, or None
            where they would have parts. No rows in a study that stopped before its first epoch ended.
        runs: One row a run, as `run_table` gives, `collapsed`, as `collapsed_runs` says, and `split`, the number of the
            split that it was trained on, counted from 1: that of the search.
        evaluations: One row an epoch that was evaluated, as `evaluation_table` gives.
        predictions: One row a test image of a confirmation run; empty before the confirmation. `group` is None for an
            image that stands alone.
        spec: The resolved study file as it was read, for what writes another one from it; `settings` has what the
            analysis itself goes by.
    """

    name: str
    settings: Settings
    metadata: RunMetadata
    records: pd.DataFrame
    runs: pd.DataFrame
    evaluations: pd.DataFrame
    predictions: pd.DataFrame
    spec: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def trained_runs(self) -> frozenset[str]:
        """Names of the runs that finished and did not collapse."""
        trained = (self.runs["status"] == "finished") & ~self.runs["collapsed"]
        return frozenset(self.runs.index[trained])

    @cached_property
    def evaluations_by_run(self) -> Mapping[str, Mapping[str, np.ndarray]]:
        """The columns of the evaluations of each run that has any, in their order."""
        columns = {str(name): values.to_numpy() for name, values in self.evaluations.items() if name != "run"}
        rows = self.evaluations.groupby("run", sort=False).indices
        return {str(run): {name: values[at] for name, values in columns.items()} for run, at in rows.items()}

    @cached_property
    def image_values(self) -> pd.DataFrame:
        """What every test image (rows) adds to the objective of every run that has predictions (columns)."""
        return image_values(self.predictions, self.settings.measured, self.runs)

    @cached_property
    def test_images(self) -> pd.DataFrame:
        """`label` and `group` of every test image that there are predictions of, indexed by `image`."""
        rows = self.predictions[["image", "label", "group"]]
        return rows.drop_duplicates("image").set_index("image")


def study_data(
    *,
    spec: Mapping[str, Any],
    settings: Settings,
    metadata: RunMetadata,
    records: pd.DataFrame,
    predictions: pd.DataFrame,
) -> StudyData:
    """Return a study with what follows from its records: its runs and its evaluations."""
    runs = run_table(records)
    chance = chance_level(metadata, settings.measured)
    return StudyData(
        name=spec["name"],
        settings=settings,
        metadata=metadata,
        records=records,
        runs=runs.assign(
            collapsed=collapsed_runs(runs, chance=chance), split=_split_numbers(runs["config"], metadata)
        ),
        evaluations=evaluation_table(records),
        predictions=predictions,
        spec=spec,
    )


def chance_level(metadata: RunMetadata, objective: Objective) -> float | None:
    """Return what guessing scores on the validation split; None where the study did not record its classes."""
    counts = np.array([count for count in metadata.counts.get("val", ()) if count])
    num_images = metadata.num_images("val")
    if not len(counts):
        return None
    return objective.chance(counts / num_images, one_class=not metadata.is_multi_label)


def _split_numbers(configs: pd.Series, metadata: RunMetadata) -> list[int]:
    numbers = {each.data: number for number, each in enumerate(metadata.splits, start=1)}
    return [numbers.get(config.get("data"), 1) for config in configs]
