"""What a run's saved state holds by stored names: whose run it is, and its optimizer."""

from pathlib import PurePath
from typing import Any

import torch

from trainables.config import RunConfig
from trainables.identity import identity
from trainables.loop.copying import copied
from trainables.loop.phase_setup import Task
from trainables.plan.phases import Phase

STATE_FORMAT = "lrstudy-fit-4"


def run_identity(config: RunConfig, phases: tuple[Phase, ...], task: Task) -> str:
    """Return what a state must share with the run that continues it: all that moves its numbers. Folders don't."""
    return _identity(config, phases, task, weights=PurePath(config.weights).name)


def check_state(state: dict[str, Any], config: RunConfig, phases: tuple[Phase, ...], task: Task) -> None:
    """Refuse a saved state of another run or format.

    Raises:
        ValueError: If the state belongs to another run.
    """
    known = (
        run_identity(config, phases, task),
        _identity(config, phases, task, weights=config.weights),  # of before files were known by their names
    )
    if state.get("format") != STATE_FORMAT or state.get("identity") not in known:
        raise ValueError("the checkpoint belongs to a run with another plan, data set, seed or version")


def optimizer_state(optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Return a copy of an optimizer's state."""
    state: dict[str, Any] = copied(optimizer.state_dict())
    return state


def load_optimizer_state(optimizer: torch.optim.Optimizer, state: dict[str, Any]) -> None:
    """Put an optimizer over the same groups to a state that `optimizer_state` returned."""
    optimizer.load_state_dict(copied(state))


def _identity(config: RunConfig, phases: tuple[Phase, ...], task: Task, *, weights: str) -> str:
    run = (
        config.architecture,
        config.width,
        weights,
        config.head_init,
        config.zero_gamma,
        config.seed,
        config.batch_size,
        config.objective,
        config.range_test_rule,
        config.range_test_repeats,
    )
    plan = (phases, task.data_key, task.normalisation.values)
    return identity((*plan, run, config.snapshots, config.tta_views))
