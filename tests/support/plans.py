"""Plans of flat configurations: any recipe's, and runs whose plans share their beginning."""

from typing import Any

from trainables.config import parse_config
from trainables.plan.phases import Phase

CUTS: dict[str, Any] = {
    "recipe": "head_restarts", "head_epochs": 0, "epochs": 6, "lr": 0.05, "cycle_len": 1, "cycle_mult": 2.0,
    "last_cycle": "cut", "width": 4, "device": "cpu", "num_threads": 1,
}  # fmt: skip
"""Cycles of one epoch, then longer ones: plans with other multipliers share the first."""


def plan(**config: object) -> tuple[Phase, ...]:
    """Return the phases of a recipe and its settings, with a budget of 15 epochs unless `epochs` says otherwise."""
    return parse_config({"data": "x", "epochs": 15, **config})[1]
