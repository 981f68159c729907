"""Stored names in a run's saved state: whose run it is, and the keys of its optimizer."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import torch

from trainables.config import RunConfig
from trainables.identity import identity
from trainables.loop.copying import copied
from trainables.loop.phase_setup import Task
from trainables.plan.phases import Phase

STATE_FORMAT = "lrstudy-fit-4"

STORED_AS = {"initial_lr": "peak"}
"""What the keys of an optimizer's groups are called in it, where that is otherwise."""


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
    """Return a copy of an optimizer's state, by stored names."""
    state = copied(optimizer.state_dict())
    return _with_groups(state, STORED_AS)


def load_optimizer_state(optimizer: torch.optim.Optimizer, state: dict[str, Any]) -> None:
    """Put an optimizer over the same groups to a state that `optimizer_state` returned."""
    optimizer.load_state_dict(_with_groups(copied(state), {old: new for new, old in STORED_AS.items()}))


def _with_groups(state: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    groups = [{names.get(key, key): value for key, value in group.items()} for group in state["param_groups"]]
    return {**state, "param_groups": groups}


def _identity(config: RunConfig, phases: tuple[Phase, ...], task: Task, *, weights: str) -> str:
    run = (
        config.architecture,
        config.width,
        weights,
        config.head_init,
        config.zero_gamma,
        config.seed,
        config.batch_size,
        config.measured_by,
        config.range_test_rule,
        config.range_test_repeats,
    )
    plan = (phases, task.data_key, task.normalisation.values)
    return identity((*plan, run, config.snapshots, config.tta_views))
