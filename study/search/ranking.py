"""The ranking of trials: the best of an arm's search, and the winner of the selection."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from study.search.jobs import Job, Outcome


@dataclass(frozen=True, kw_only=True)
class CompletedRun:
    """A job and how it ended."""

    job: Job
    outcome: Outcome


def best(ended: Sequence[CompletedRun], count: int) -> list[CompletedRun]:
    """Return the `count` runs with the highest objective, best first; of equally good ones those that stand first.

    Runs without an objective cannot be among them.
    """
    valued = [e for e in ended if e.outcome.objective is not None]
    return sorted(valued, key=lambda e: -(e.outcome.objective or 0.0))[:count]


def by_architecture(ended: Sequence[CompletedRun]) -> dict[str, list[CompletedRun]]:
    """Return the runs of each architecture, in the order in which architectures occur."""
    groups: dict[str, list[CompletedRun]] = defaultdict(list)
    for e in ended:
        groups[e.job.info.architecture].append(e)
    return dict(groups)


def winner(candidates: Sequence[CompletedRun], selection: Sequence[CompletedRun]) -> CompletedRun | None:
    """Return the candidate with the highest mean objective on the selection seeds.

    The search's own value does not count, because the candidates were chosen by it. A candidate with a
    selection run that has no value is passed over, unless none is left; without selection runs, the search's
    value decides.

    Args:
        candidates: Search runs that went into the selection, best first.
        selection: The selection runs, of these candidates and of others.
    """
    values: dict[str, list[float | None]] = defaultdict(list)
    for ended in selection:
        values[ended.job.candidate].append(ended.outcome.objective)
    complete = {
        run: mean(v for v in found if v is not None) for run, found in values.items() if None not in found
    }
    selected = [c for c in candidates if c.job.info.run in complete]
    if selected:
        return max(selected, key=lambda c: complete[c.job.info.run])
    return candidates[0] if candidates else None
