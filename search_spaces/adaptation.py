"""Space of the recipe `adaptation`."""

from typing import Any

from ray import tune


def space() -> dict[str, Any]:
    """Return the peak rate, the ratio of the stem's rate to the head's, and the cycles' length and growth.

    The rate has the range that the baselines have. The multiplier 1 restarts at even steps; 2 is the paper's.
    """
    return {
        "lr": tune.loguniform(1e-4, 1e-1),
        "stem_to_head": tune.loguniform(1e-4, 1.0),
        "cycle_len": tune.choice([1, 2]),
        "cycle_mult": tune.choice([1, 1.5, 2, 3]),
    }
