"""A job: one run that the study asks Ray Tune for, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trainables.record import RunInfo, Stage, Status


@dataclass(frozen=True, kw_only=True)
class Job:
    """One run to be trained.

    Attributes:
        info: Which run it is; its name is unique in the study.
        config: The flat configuration that `trainables.adapt` takes.
        candidate: In the selection the search run whose configuration it trains on another seed; else empty.
    """

    info: RunInfo
    config: Mapping[str, Any]
    candidate: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a job ended.

    Attributes:
        status: The last record's; "failed" where the run crashed.
        objective: Validation objective at the last judged epoch; None where there was none, or where the run
            did not finish.
        cost_seconds: What the run cost alone, see `EpochRecord.cost_seconds`; None where nothing was reported.
        epochs: Epochs completed.
        message: What went wrong; empty where nothing did.
        judged: Epoch and validation objective of every judged epoch, in order.
    """

    status: Status
    objective: float | None
    cost_seconds: float | None = None
    epochs: int = 0
    message: str = ""
    judged: tuple[tuple[int, float], ...] = ()

    @property
    def has_ended(self) -> bool:
        """Whether the run is over, and not only what has been reported of it."""
        return self.status != "running"


def run_info(study: str, arm: str, stage: Stage, run: str, config: Mapping[str, Any]) -> RunInfo:
    """Return which run a job is, read off its configuration."""
    return RunInfo(
        study=study,
        arm=arm,
        stage=stage,
        run=run,
        seed=config["seed"],
        architecture=config["architecture"],
        recipe=config["recipe"],
        overall=False,
        config=config,
    )
