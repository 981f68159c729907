"""A loaded study, parsed: the one object that findings, figures and the report read."""

from dataclasses import dataclass

import pandas as pd

from analysis.loading.run_metadata import RunMetadata
from analysis.loading.runs import evaluation_table, run_table
from analysis.loading.settings import Settings
from analysis.statistics.collapse import chance_level, collapsed_runs


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
    """

    name: str
    settings: Settings
    metadata: RunMetadata
    records: pd.DataFrame
    runs: pd.DataFrame
    evaluations: pd.DataFrame
    predictions: pd.DataFrame


def study_data(
    *, name: str, settings: Settings, metadata: RunMetadata, records: pd.DataFrame, predictions: pd.DataFrame
) -> StudyData:
    """Return a study with what follows from its records: its runs and its evaluations."""
    runs = run_table(records)
    chance = chance_level(metadata.counts.get("val", ()), objective=settings.objective)
    return StudyData(
        name=name,
        settings=settings,
        metadata=metadata,
        records=records,
        runs=runs.assign(
            collapsed=collapsed_runs(runs, chance=chance), split=_split_numbers(runs["config"], metadata)
        ),
        evaluations=evaluation_table(records),
        predictions=predictions,
    )


def _split_numbers(configs: pd.Series, metadata: RunMetadata) -> list[int]:
    numbers = {each.data: number for number, each in enumerate(metadata.splits, start=1)}
    return [numbers.get(config.get("data"), 1) for config in configs]
