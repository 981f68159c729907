"""Space of the recipe `polynomial`."""

from typing import Any

from ray import tune


def space() -> dict[str, Any]:
    """Return the peak rate, over the range that a fixed rate has, and the power."""
    return {"lr": tune.loguniform(1e-4, 1e-1), "power": tune.choice([0.9, 1, 2])}
