"""A loaded study, parsed: the one object that findings, figures and the report read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analysis.loading.run_metadata import RunMetadata
from analysis.loading.runs import evaluation_table, run_table
from analysis.loading.settings import Settings, read_settings
from analysis.statistics.collapse import chance_level, collapsed_runs

if TYPE_CHECKING:
    from analysis.loading.study import Study


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A study, parsed.

    Attributes:
        name: Name of the study.
        settings: How the arms are to be compared.
        metadata: How the study ran.
        records: One row an epoch of a run: the fields of its `RunInfo` and of its `EpochRecord`, with configuration,
            rates and what else has parts as mappings and lists. Measurements that were not made are NaN, or None
            where they would have parts. No rows in a study that stopped before its first epoch ended.
        runs: One row a run, as `run_table` gives, and `collapsed`, as `collapsed_runs` says.
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


def gather(study: "Study") -> Evidence:
    """Parse a loaded study.

    Raises:
        ValueError: If the study file or `run.json` says something that cannot be used.
    """
    settings, metadata, runs = read_settings(study.spec), study.facts, run_table(study.records)
    chance = chance_level(metadata.counts.get("val", ()), objective=settings.objective)
    return Evidence(
        name=study.name,
        settings=settings,
        metadata=metadata,
        records=study.records,
        runs=runs.assign(collapsed=collapsed_runs(runs, chance=chance)),
        evaluations=evaluation_table(study.records),
        predictions=study.predictions,
    )
