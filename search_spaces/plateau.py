"""Space of the recipe `plateau`."""

from typing import Any

from ray import tune


def space() -> dict[str, Any]:
    """Return the first rate, over the range that a fixed rate has, and how long the run waits on a plateau."""
    return {
        "lr": tune.loguniform(1e-4, 1e-1),
        "patience": tune.choice([1, 2, 3]),
    }
