"""Space of the recipe `step`."""

from typing import Any

from ray import tune


def space() -> dict[str, Any]:
    """Return the rate for 256 images a step: the range that a fixed rate has, at 32 images a step."""
    return {"lr": tune.loguniform(8e-4, 8e-1)}
