"""A run whose plans share their beginning."""

from typing import Any

CUTS: dict[str, Any] = {
    "recipe": "head_restarts", "head_epochs": 0, "epochs": 6, "lr": 0.05, "cycle_len": 1, "cycle_mult": 2.0,
    "last_cycle": "cut", "width": 4, "device": "cpu", "num_threads": 1,
}  # fmt: skip
"""Cycles of one epoch, then longer ones: plans with other multipliers share the first."""
