"""Space of the recipe `head_restarts`."""

from typing import Any

from ray import tune


def space() -> dict[str, Any]:
    """Return the peak rate, over the range that a fixed rate has, and the cycles' length and growth.

    The multiplier 1 restarts at even steps; 2 is the paper's.
    """
    return {
        "lr": tune.loguniform(1e-4, 1e-1),
        "cycle_len": tune.choice([1, 2]),
        "cycle_mult": tune.choice([1, 1.5, 2, 3]),
    }
