"""Everything that the comparison of arms is computed from, in the shape that it is computed in."""

from dataclasses import dataclass

import pandas as pd

from analysis.loading.run_metadata import RunMetadata
from analysis.loading.runs import evaluation_table, run_table
from analysis.loading.settings import Settings, read_settings
from analysis.loading.study import Study
from analysis.loading.unfreezing import unfreezing_events
from analysis.statistics.collapse import chance_level, collapsed_runs


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A study, parsed.

    Attributes:
        settings: How the arms are to be compared.
        facts: How the study ran.
        runs: One row a run, as `run_table` gives, and `collapsed`, as `collapsed_runs` says.
        evaluations: One row an epoch that was evaluated, as `evaluation_table` gives.
        unfreezings: One row each time that a run unfroze groups, as `unfreezing_events` gives.
        predictions: One row a test image of a confirmation run.
    """

    settings: Settings
    facts: RunMetadata
    runs: pd.DataFrame
    evaluations: pd.DataFrame
    unfreezings: pd.DataFrame
    predictions: pd.DataFrame


def gather(study: Study) -> Evidence:
    """Parse a loaded study.

    Raises:
        ValueError: If the study file or `run.json` says something that cannot be used.
    """
    settings, facts, runs = read_settings(study.spec), study.facts, run_table(study.records)
    chance = chance_level(facts.counts.get("val", ()), objective=settings.objective)
    return Evidence(
        settings=settings,
        facts=facts,
        runs=runs.assign(collapsed=collapsed_runs(runs, chance=chance)),
        evaluations=evaluation_table(study.records),
        unfreezings=unfreezing_events(study.records),
        predictions=study.predictions,
    )
