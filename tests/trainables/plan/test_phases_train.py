"""In each phase exactly the declared groups change, whatever the recipe."""

from typing import Any

import pytest
import torch

from trainables.config import parse_config
from trainables.data import PreparedData
from trainables.optim.optimizer import lr_groups
from trainables.recipes import recipe_names
from trainables.run import start


@pytest.mark.parametrize("name", recipe_names())
@pytest.mark.parametrize("batch_norm", ["fixed", "update"])
def test_exactly_the_declared_groups_change(digits: PreparedData, name: str, batch_norm: str) -> None:
    config: dict[str, Any] = {
        "recipe": name, "data": digits.key, "epochs": 7, "width": 4, "seed": 3, "device": "cpu", "augment": "crop",
    }  # fmt: skip
    _, plan = parse_config(config)
    if batch_norm == "update" and any(phase.on == "activations" for phase in plan):
        with pytest.raises(ValueError, match="trains on activations"):
            parse_config({**config, "batch_norm": "update"})
        return
    fit = start({**config, "batch_norm": batch_norm})
    network = fit.task.network
    plans = {phase.name: phase for phase in fit.phases}
    current, begin, previous = "", {}, state(network)
    for record in fit:
        now = state(network)
        if record.phase != current:
            current, begin = record.phase, previous
        previous = now
        if record.restored_epoch is not None:
            continue
        groups = lr_groups(network, plans[current])
        trained = {name for group in groups if group.lr_scale for name in group.group.parameters}
        changed = {name for name, _ in network.named_parameters() if not torch.equal(now[name], begin[name])}
        assert changed == trained
        statistics = {name for name in now if "running_mean" in name}
        moved = {name for name in statistics if not torch.equal(now[name], begin[name])}
        follow = {name for name in statistics if f"{name.rpartition('.')[0]}.weight" in trained}
        assert moved == (follow if batch_norm == "fixed" else statistics)


def state(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}
